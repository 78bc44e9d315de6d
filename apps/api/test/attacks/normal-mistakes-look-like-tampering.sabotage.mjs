export default [
  {
    what: 'an export with a filter is verified',
    file: 'apps/api/src/audit-proof/export-header.ts',
    find: 'if (filters.length > 0) {',
    replace: 'if (filters.length > 1000) {',
  },
  {
    what: 'an export that is older than the checkpoints is cut',
    file: 'apps/api/src/audit-verification/tree-check.ts',
    find: 'reached >= claimed',
    replace: 'reached > sealedSize',
  },
  {
    what: 'an export whose tail was cut is only old',
    file: 'apps/api/src/audit-verification/tree-check.ts',
    find: 'reached >= claimed',
    replace: 'reached >= 0',
  },
  {
    what: 'checkpoints are read in the order of the file',
    file: 'apps/api/src/audit-verification/checkpoints-file.ts',
    find: 'isAscending &&= checkpoint.seq > last;',
    replace: '',
  },
  {
    what: 'the verdict is the same with old checkpoints',
    file: 'apps/api/src/audit-verification/report.ts',
    find: 'if (outcome.uncovered > 0) {',
    replace: 'if (outcome.uncovered > 1e9) {',
  },
  {
    what: 'verification migrates',
    file: 'apps/api/src/audit-verify.ts',
    find: 'await openDatabase(config, createLogger(config));',
    replace:
      "await (await import('./database/prepare-database.js')).prepareDatabase(config, createLogger(config), { create: true });",
  },
  {
    what: 'any file is verified as an export',
    file: 'apps/api/src/audit-verification/line-files.ts',
    find: 'if (!isExportHeader(line)) break;',
    replace: 'if (!isExportHeader(line)) return { header: undefined, begin: 0 };',
  },
];

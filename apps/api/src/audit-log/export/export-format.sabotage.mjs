export default [
  ['=', '=+\\-@\\t\\r\\n', '+\\-@\\t\\r\\n'],
  ['a tab', '=+\\-@\\t\\r\\n', '=+\\-@\\r\\n'],
  ['a line feed', '=+\\-@\\t\\r\\n', '=+\\-@\\t\\r'],
].map(([what, find, replace]) => ({
  what: `a cell may begin with ${what}`,
  file: 'apps/api/src/audit-log/export/export-format.ts',
  find,
  replace,
}));

export default [
  {
    what: 'a statement in a shared session waits for its row without a limit',
    file: 'apps/api/src/database/pipelined-sessions.ts',
    find: 'lock_timeout: LOCK_TIMEOUT_MS',
    replace: 'lock_timeout: 0 * LOCK_TIMEOUT_MS',
  },
  {
    what: 'a statement that did not get its lock fails',
    file: 'apps/api/src/database/pipelined-sessions.ts',
    find: "new Set(['55P03', '26000'])",
    replace: "new Set(['26000'])",
  },
  {
    what: 'slow statements queue in the shared sessions',
    file: 'apps/api/src/database/pipelined-sessions.ts',
    find: 'const MAX_WAIT_MS = 10;',
    replace: 'const MAX_WAIT_MS = 10_000;',
  },
  {
    what: 'a shared session that has ended is used again',
    file: 'apps/api/src/database/pipelined-sessions.ts',
    find: 'if (this.client === client) this.connection = undefined;',
    replace: '',
  },
  {
    what: 'the columns of a statement are those of the statement before it',
    file: 'apps/api/src/database/prepared-query.ts',
    find: 'this.readers?.set(this.name, { fields, _parsers, _prebuiltEmptyResultObject })',
    replace:
      "this.readers?.set(this.name, this.readers.get('first') ?? { fields, _parsers, _prebuiltEmptyResultObject }).set('first', { fields, _parsers, _prebuiltEmptyResultObject })",
  },
];

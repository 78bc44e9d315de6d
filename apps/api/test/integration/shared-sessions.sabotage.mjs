export default [
  {
    what: 'a statement in a shared session waits for its row without a limit',
    file: 'apps/api/src/database/shared-sessions.ts',
    find: 'lock_timeout: LOCK_TIMEOUT_MS',
    replace: 'lock_timeout: 0 * LOCK_TIMEOUT_MS',
  },
  {
    what: 'a statement that did not get its lock fails',
    file: 'apps/api/src/database/shared-sessions.ts',
    find: 'else if (code === LOCK_NOT_AVAILABLE ||',
    replace: 'else if (',
  },
  {
    what: 'slow statements queue in the shared sessions',
    file: 'apps/api/src/database/shared-sessions.ts',
    find: 'const MAX_WAIT_MS = 250;',
    replace: 'const MAX_WAIT_MS = 250_000;',
  },
  {
    what: 'a shared session that has ended is used again',
    file: 'apps/api/src/database/shared-sessions.ts',
    find: 'if (this.client === client) this.connection = undefined;',
    replace: 'if (this.client === client) this.client = undefined;',
  },
  {
    what: 'the columns of a statement are those of the statement before it',
    file: 'apps/api/src/database/prepared-query.ts',
    find: 'this.readers?.set(this.name, { fields, _parsers, _prebuiltEmptyResultObject })',
    replace:
      "this.readers?.set(this.name, this.readers.get('first') ?? { fields, _parsers, _prebuiltEmptyResultObject }).set('first', { fields, _parsers, _prebuiltEmptyResultObject })",
  },
  {
    what: 'all statements of a transaction fail because of one',
    file: 'apps/api/src/database/shared-sessions.ts',
    find: 'failed === undefined ||',
    replace: 'failed !== null ||',
  },
  {
    what: 'large values share a transaction',
    file: 'apps/api/src/database/shared-sessions.ts',
    find: 'characters > MAX_BATCH_CHARACTERS) break;',
    replace: 'characters > 1_000 * MAX_BATCH_CHARACTERS) break;',
  },
  {
    what: 'a statement is answered before the commit',
    file: 'apps/api/src/database/statement-batch.ts',
    find: '  handleCommandComplete(): void {\n',
    replace:
      '  handleCommandComplete(_: unknown, connection: pg.Connection): void {\n    this.queries[this.at]?.handleReadyForQuery(connection);\n',
  },
  {
    what: 'a statement that was skipped counts as prepared',
    file: 'apps/api/src/database/statement-batch.ts',
    find: 'for (const { name } of this.queries) delete',
    replace: 'for (const { name } of this.queries.slice(0, 0)) delete',
  },
  {
    what: 'statements wait for a batch that takes long',
    file: 'apps/api/src/database/shared-sessions.ts',
    find: 'this.letLeave(freeSessions(this.pool)), MAX_WAIT_MS)',
    replace: 'this.letLeave(freeSessions(this.pool)), 100 * MAX_WAIT_MS)',
  },
  {
    what: 'statements leave although all other sessions are busy',
    file: 'apps/api/src/database/shared-sessions.ts',
    find: 'this.letLeave(freeSessions(this.pool))',
    replace: 'this.letLeave(1_000 + freeSessions(this.pool))',
  },
  {
    what: 'a statement waits for another session although these are busy',
    file: 'apps/api/src/database/shared-sessions.ts',
    find: '|| freeSessions(this.pool) > 0)',
    replace: '|| freeSessions(this.pool) > -1_000)',
  },
  {
    what: 'a statement whose row stays locked is repeated for ever',
    file: 'apps/api/src/database/shared-sessions.ts',
    find: 'const MAX_REPEAT_MS = 5_000;',
    replace: 'const MAX_REPEAT_MS = 5_000_000;',
  },
  {
    what: 'statements that were rolled back are lost',
    file: 'apps/api/src/database/shared-sessions.ts',
    find: 'running.slice(at + 1)]',
    replace: 'running.slice(at + 2)]',
  },
  {
    what: 'a statement that takes long is refused',
    file: 'apps/api/src/database/shared-sessions.ts',
    find: '|| code === QUERY_CANCELED)',
    replace: ')',
  },
];

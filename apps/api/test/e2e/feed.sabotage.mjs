const SERVICE = 'apps/api/src/audit-log/feed/feed.service.ts';
const STATEMENT = 'apps/api/src/audit-log/feed/feed.statement.ts';
const REPOSITORY = 'apps/api/src/audit-log/feed/feed.repository.ts';
const FOLLOWERS = 'apps/api/src/audit-log/feed/followers.ts';

export default [
  {
    what: 'a limited operator sees every workspace',
    file: STATEMENT,
    find: '(caller.workspace_ids IS NULL OR record.workspace_id = ANY (caller.workspace_ids))',
    replace: 'true',
  },
  {
    what: 'filters select nothing',
    file: STATEMENT,
    find: ', ...conditionsOf(filter)]',
    replace: ', ...conditionsOf(filter).slice(0, 0)]',
  },
  {
    what: 'a feed of a withdrawn workspace goes on',
    file: REPOSITORY,
    find: 'if (row.forbidden && workspaceId !== undefined) {',
    replace: "if (row.forbidden && workspaceId !== undefined && workspaceId === '') {",
  },
  {
    what: 'a reader goes on over pruned records without notice',
    file: REPOSITORY,
    find: 'if (oldest !== null && removed > oldest) return batch;',
    replace: 'if (oldest !== null) return batch;',
  },
  {
    what: 'a single removed record ends the feed',
    file: REPOSITORY,
    find: 'if (oldest !== null && removed > oldest) return batch;',
    replace: '',
  },
  {
    what: 'a position from another log waits for the log to grow',
    file: SERVICE,
    find: 'if (position > newest) throw',
    replace: 'if (position > 1e15 + newest) throw',
  },
  {
    what: 'Last-Event-ID is not read',
    file: SERVICE,
    find: 'const given = lastEventId || after;',
    replace: 'const given = after;',
  },
  {
    what: 'one caller takes any number of places',
    file: FOLLOWERS,
    find: 'const MAX_OF_ONE = 20;',
    replace: 'const MAX_OF_ONE = 21;',
  },
  {
    what: 'a silent feed does not say its position',
    file: SERVICE,
    find: 'performance.now() - silentSince >= HEARTBEAT_MS',
    replace: 'silentSince < 0',
  },
  {
    what: 'a refusal in the middle is not recorded',
    file: SERVICE,
    find: 'error.extra.refusal !== undefined) {',
    replace: 'error.extra.refusal !== undefined && route === undefined) {',
  },
];

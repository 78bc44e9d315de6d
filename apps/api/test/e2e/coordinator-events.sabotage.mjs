const STATEMENT = 'apps/api/src/audit-log/feed/feed.statement.ts';

export default [
  {
    what: 'a coordinator sees other workspaces',
    file: STATEMENT,
    find: 'AND allowed.workspace_id = record.workspace_id)',
    replace: ')',
  },
  {
    what: 'a coordinator sees refusals of others',
    file: STATEMENT,
    find: "record.outcome = 'SUCCESS' AND ",
    replace: '',
  },
  {
    what: 'a coordinator sees who else acts',
    file: 'apps/api/src/audit-log/record-line.statement.ts',
    find: 'CASE WHEN record.actor_id = caller.id THEN',
    replace: 'CASE WHEN true THEN',
  },
  {
    what: 'a coordinator sees the line of operators',
    file: STATEMENT,
    find: "caller.kind === 'operator' ? RECORD_LINE : EVENT_LINE",
    replace: "EVENT_LINE === '' ? EVENT_LINE : RECORD_LINE",
  },
];

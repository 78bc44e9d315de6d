const CLAIMS = 'apps/api/src/jobs/job-claims.repository.ts';
const STATEMENT = 'apps/api/src/jobs/job-claim.statement.ts';

export default [
  {
    what: 'the short statement passes over a workspace with a limit',
    file: STATEMENT,
    find: 'ON workspace.id = allowed.workspace_id',
    replace: 'ON workspace.id = allowed.workspace_id AND workspace.max_running IS NULL',
  },
  {
    what: 'the short statement ignores the limit of the coordinator',
    file: STATEMENT,
    find: 'WHERE caller.max_running IS NULL AND ',
    replace: 'WHERE ',
  },
  {
    what: 'the short statement takes a job although a named workspace is forbidden',
    file: STATEMENT,
    find: 'AND NOT EXISTS (\n                SELECT FROM unnest(',
    replace:
      'AND NOT EXISTS (SELECT WHERE false) OR false AND NOT EXISTS (\n                SELECT FROM unnest(',
  },
  {
    what: 'a claim with an Idempotency-Key uses the short statement',
    file: CLAIMS,
    find: ' && idempotency === null) {',
    replace: ') {',
  },
  {
    what: 'the answer lacks the agent',
    file: STATEMENT,
    find: '    agentId,\n    agentType,\n    progressPercent: 0,',
    replace: '    agentId: null,\n    agentType,\n    progressPercent: 0,',
  },
  {
    what: 'the answer says that the job waits',
    file: STATEMENT,
    find: "    status: 'RUNNING',",
    replace: "    status: 'PENDING',",
  },
];

const FUNCTIONS = 'prisma/migrations/20261201000500_functions/migration.sql';

export default [
  {
    what: 'starts under a limit are counted without a lock: workspace',
    file: FUNCTIONS,
    find: 'WHERE id = p_workspace_id AND max_running IS NOT NULL FOR NO KEY UPDATE;',
    replace: 'WHERE id = p_workspace_id AND max_running IS NOT NULL;',
  },
  {
    what: 'starts under a limit are counted without a lock: coordinator',
    file: FUNCTIONS,
    find: 'WHERE id = p_coordinator_id AND max_running IS NOT NULL FOR NO KEY UPDATE;',
    replace: 'WHERE id = p_coordinator_id AND max_running IS NOT NULL;',
  },
  {
    what: 'a start by id ignores the limit of the workspace',
    file: 'apps/api/src/jobs/job-transitions.statement.ts',
    find: 'none: hasNoLimit(LIMIT_OF_WORKSPACE),',
    replace: 'none: hasNoLimit(Prisma.sql`NULL::integer`),',
  },
  {
    what: 'a claim does not skip a workspace that is full',
    file: 'apps/api/src/jobs/job-claim.statement.ts',
    find: 'WORKSPACE_HAS_ROOM }',
    replace: 'CALLER_HAS_ROOM as WORKSPACE_HAS_ROOM }',
  },
];

export default [
  {
    what: 'an operator stops jobs of any workspace',
    file: 'apps/api/src/jobs/stop.statement.ts',
    find: 'inWorkspaceScope(caller, Prisma.sql`workspace.id`)',
    replace: '(inWorkspaceScope(caller, Prisma.sql`workspace.id`) && Prisma.sql`true`)',
  },
  {
    what: 'the coordinator is no filter',
    file: 'apps/api/src/jobs/job-filter.statement.ts',
    find: 'job.coordinator_id = ',
    replace: 'gen_random_uuid() <> ',
  },
  {
    what: 'the time of creation is no filter',
    file: 'apps/api/src/jobs/job-filter.statement.ts',
    find: 'job.created_at < ',
    replace: 'job.created_at <> ',
  },
  {
    what: 'one request stops everything in one statement',
    file: 'apps/api/src/jobs/operator-jobs.service.ts',
    find: 'JOBS_IN_A_PART = 200',
    replace: 'JOBS_IN_A_PART = 100_000',
  },
];

export default [
  {
    what: '`allowed` names the verbs of coordinators for an operator',
    file: 'apps/api/src/jobs/jobs.repository.ts',
    find: 'transitionRefused(caller.kind, ',
    replace: "transitionRefused('coordinator', ",
  },
  {
    what: 'an operator cancels only jobs without a run',
    file: 'apps/api/src/jobs/stop.statement.ts',
    find: '{ ...cancel(NO_ATTEMPT).rules, stale: Prisma.sql`false` }',
    replace: 'cancel(NO_ATTEMPT).rules',
  },
  {
    what: 'the record of a job has no reason',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: "'SUCCESS', left(context.reason, 200), NEW.workspace_id",
    replace: "'SUCCESS', NULL, NEW.workspace_id",
  },
  {
    what: 'an AUDITOR may stop jobs',
    file: 'prisma/migrations/20261201000500_functions/migration.sql',
    find: "WHEN 'AUDITOR' THEN ARRAY['audit:read', 'operator-jobs:read']",
    replace: "WHEN 'AUDITOR' THEN ARRAY['audit:read', 'operator-jobs:read', 'operator-jobs:write']",
  },
  {
    what: 'a repeated retry is refused',
    file: 'apps/api/src/jobs/stop.statement.ts',
    find: "repeated: Prisma.sql`job.status = 'PENDING' AND job.retried`",
    replace: 'repeated: Prisma.sql`false`',
  },
  {
    what: 'a report of a stopped attempt is accepted',
    file: 'apps/api/src/jobs/job-transitions.statement.ts',
    find: '...onlyRunning(attempt),\n    changing: CHANGING_FIELDS,\n    set: Prisma.sql`\n      current_step',
    replace:
      '...onlyRunning(attempt),\n    allowed: Prisma.sql`true`,\n    changing: CHANGING_FIELDS,\n    set: Prisma.sql`\n      current_step',
  },
];

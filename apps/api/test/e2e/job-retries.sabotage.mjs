export default [
  {
    what: 'a claim takes a job that is held back',
    file: 'apps/api/src/jobs/job-transitions.statement.ts',
    find: "job.status = 'PENDING' AND job.not_before IS NULL`",
    replace: "job.status = 'PENDING'`",
  },
  {
    what: 'jobs that are due are not released',
    file: 'apps/api/src/jobs/expired-leases.repository.ts',
    find: 'WHERE not_before <= pg_catalog.statement_timestamp()',
    replace: "WHERE not_before <= pg_catalog.statement_timestamp() - interval '1 day'",
  },
  {
    what: 'an expired lease ignores the retry policy',
    file: 'apps/api/src/jobs/expired-leases.repository.ts',
    find: 'THEN public.retry_at(job.retry, job.attempt, expired.at) END',
    replace: 'THEN NULL::timestamptz END',
  },
  {
    what: 'the delay does not stop at its maximum',
    file: 'prisma/migrations/20261201000500_functions/migration.sql',
    find: "(policy ->> 'maxDelaySeconds')::float8))",
    replace: "'Infinity'::float8))",
  },
  {
    what: 'the further job of a run has no retry policy',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: 'NEW.priority, NEW.max_attempts, NEW.retry,',
    replace: 'NEW.priority, NEW.max_attempts, NULL,',
  },
];

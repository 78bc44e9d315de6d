const LEASES = 'apps/api/src/jobs/expired-leases.repository.ts';
const CLAIMS = 'apps/api/src/jobs/job-claim.statement.ts';
const TRANSITIONS = 'apps/api/src/jobs/job-transitions.statement.ts';

export default [
  {
    what: 'no replica sweeps',
    file: 'apps/api/src/jobs/lease-sweeper.ts',
    find: 'for (const task of this.tasks) task.start();',
    replace: 'for (const task of this.tasks.slice(1)) task.start();',
  },
  {
    what: 'leases are taken back early',
    file: LEASES,
    find: 'job.lease_expires_at <= pg_catalog.clock_timestamp()',
    replace: "job.lease_expires_at <= pg_catalog.clock_timestamp() + interval '10 s'",
  },
  {
    what: 'a sweeper locks no attempt',
    file: LEASES,
    find: 'FOR UPDATE SKIP LOCKED\n      )\n      UPDATE public.jobs',
    replace: ')\n      UPDATE public.jobs',
  },
  {
    what: 'the last attempt goes back, too',
    file: LEASES,
    find: "status = (CASE WHEN job.attempt < job.max_attempts THEN 'PENDING' ELSE 'FAILED' END)::public.job_status",
    replace: "status = 'PENDING'",
  },
  {
    what: 'on a PENDING job no attempt is stale',
    file: TRANSITIONS,
    find: "(job.status = 'PENDING' OR job.attempt <> ",
    replace: '(job.attempt <> ',
  },
  {
    what: 'an earlier attempt is not stale',
    file: TRANSITIONS,
    find: "(job.status = 'PENDING' OR job.attempt <> ",
    replace: "(job.status = 'PENDING' OR job.attempt < ",
  },
  {
    what: 'a report without an attempt is not fenced off',
    file: TRANSITIONS,
    find: "job.status = 'RUNNING' AND job.coordinator_id IS DISTINCT FROM caller.id))",
    replace: "job.status = 'RUNNING' AND job.coordinator_id IS NULL))",
  },
  {
    what: 'the short statement of a report takes an earlier attempt',
    file: TRANSITIONS,
    find: 'staleWhileRunning: Prisma.sql`(job.attempt <> ',
    replace: 'staleWhileRunning: Prisma.sql`(job.attempt < ',
  },
  {
    what: 'the short statement of a report takes the attempt of another coordinator',
    file: TRANSITIONS,
    find: '::int IS NULL AND job.coordinator_id IS DISTINCT FROM caller.id))',
    replace: '::int IS NULL AND job.coordinator_id IS NULL))',
  },
  {
    what: 'a claim locks no job',
    file: CLAIMS,
    find: 'FOR UPDATE OF job SKIP LOCKED',
    replace: '',
  },
  {
    what: 'claims begin with the lowest priority',
    file: CLAIMS,
    find: 'ORDER BY job.priority DESC, job.id',
    replace: 'ORDER BY job.priority, job.id',
  },
  {
    what: 'a claim does not try again',
    file: CLAIMS,
    find: 'const FIRST_OF_EACH = [64, 1_024, 16_384]',
    replace: 'const FIRST_OF_EACH = [64]',
  },
];

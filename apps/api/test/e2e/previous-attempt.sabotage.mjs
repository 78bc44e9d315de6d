const RULES = 'apps/api/src/jobs/job-transitions.statement.ts';

export default [
  {
    what: 'a run is counted from its start to a second reading of the clock',
    file: RULES,
    find: '}::float8, public.seconds_between(job.started_at, now.at)',
    replace: "}::float8, public.seconds_between(job.started_at, now.at + interval '1 ms')",
  },
  {
    what: 'a duration that is given is overwritten',
    file: RULES,
    find: '}::float8, public.seconds_between(',
    replace: '}::float8 * 2, public.seconds_between(',
  },
  {
    what: 'a job that never ran has a duration',
    file: RULES,
    find: "SELECT now.at, CASE WHEN job.status = 'RUNNING'",
    replace: "SELECT now.at, CASE WHEN job.status <> 'RUNNING' THEN 0 WHEN job.status = 'RUNNING'",
  },
  {
    what: 'the next attempt does not get the expired lease of the previous one',
    file: 'apps/api/src/jobs/expired-leases.repository.ts',
    find: "public.previous_attempt(job, 'lease-expired')",
    replace: "public.previous_attempt(job, '')",
  },
];

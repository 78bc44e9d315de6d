export default [
  {
    what: 'a run does not know how many triggers it began with',
    file: 'apps/api/src/jobs/job-transitions.statement.ts',
    find: 'triggers_seen = job.trigger_count, coordinator_id',
    replace: 'coordinator_id',
  },
  {
    what: 'a repeated delivery is not looked for',
    file: 'apps/api/src/jobs/delivery.statement.ts',
    find: 'AND earlier.created_at > pg_catalog.statement_timestamp() - ',
    replace: 'AND earlier.created_at > pg_catalog.statement_timestamp() + ',
  },
  {
    what: 'a delivery is remembered for ever',
    file: 'apps/api/src/jobs/delivery.statement.ts',
    find: "interval '7 days'",
    replace: "interval '700 days'",
  },
];

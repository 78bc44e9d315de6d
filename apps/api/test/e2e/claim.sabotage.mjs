export default [
  {
    what: 'an expired attempt stays with its coordinator',
    file: 'apps/api/src/jobs/expired-leases.repository.ts',
    find: 'coordinator_id = CASE WHEN job.attempt < job.max_attempts THEN NULL ELSE job.coordinator_id END',
    replace: 'coordinator_id = job.coordinator_id',
  },
];

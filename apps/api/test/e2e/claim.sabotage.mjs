export default [
  {
    what: 'a repeat is told that there is no job if the workspace of its job was taken away',
    file: 'apps/api/src/jobs/job-claim.statement.ts',
    find: 'isRepeatable ? FORBIDDEN_OR_TAKEN_AWAY : ',
    replace: '',
  },
  {
    what: 'an expired attempt stays with its coordinator',
    file: 'apps/api/src/jobs/expired-leases.repository.ts',
    find: 'coordinator_id = CASE WHEN job.attempt < job.max_attempts THEN NULL ELSE job.coordinator_id END',
    replace: 'coordinator_id = job.coordinator_id',
  },
];

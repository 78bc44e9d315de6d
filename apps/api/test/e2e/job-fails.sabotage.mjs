export default [
  {
    what: 'a repeat of a fail is forgotten once the job runs again',
    file: 'apps/api/src/jobs/job-transitions.statement.ts',
    find: 'WHERE ended.job_id = job.id AND ended.attempt =',
    replace: "WHERE job.status = 'PENDING' AND ended.job_id = job.id AND ended.attempt =",
  },
  {
    what: 'a final job is retried',
    file: 'apps/api/src/jobs/job-transitions.statement.ts',
    find: "job.status = 'FAILED' AND NOT job.final AND",
    replace: "job.status = 'FAILED' AND",
  },
];

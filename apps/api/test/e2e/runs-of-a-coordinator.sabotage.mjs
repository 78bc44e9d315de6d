export default [
  {
    what: 'any coordinator may end the run of another',
    file: 'apps/api/src/jobs/job-transitions.statement.ts',
    find: "AND job.status = 'RUNNING' AND job.coordinator_id IS DISTINCT FROM caller.id))",
    replace: "AND job.status = 'RUNNING' AND job.coordinator_id IS NULL))",
  },
  {
    what: 'any coordinator may end a run that has none',
    file: 'apps/api/src/jobs/job-transitions.statement.ts',
    find: "AND job.status = 'RUNNING' AND job.coordinator_id IS DISTINCT FROM caller.id))",
    replace: "AND job.status = 'RUNNING' AND job.coordinator_id <> caller.id))",
  },
  {
    what: 'runs that began while the right was being withdrawn stay',
    file: 'apps/api/src/coordinators/coordinators.service.ts',
    find: "if (runs === 'leave') return;",
    replace: "if (runs !== 'leave') return;",
  },
  {
    what: 'a deletion leaves the runs, unless they began meanwhile',
    file: 'apps/api/src/coordinators/coordinators.repository.ts',
    find: 'runs)} FROM deleted) AS ended_runs',
    replace: 'runs)} FROM deleted WHERE false) AS ended_runs',
  },
  {
    what: 'a repository of another workspace is taken',
    file: 'apps/api/src/jobs/jobs.repository.ts',
    find: 'WHERE NOT EXISTS (SELECT FROM foreign_owner))',
    replace: 'WHERE true)',
  },
  {
    what: 'a deletion leaves the running jobs unless it is asked to cancel them',
    file: 'apps/api/src/coordinators/coordinators.service.ts',
    find: "{ runs = 'requeue' }: DeleteCoordinatorQuery",
    replace: "{ runs = 'leave' }: DeleteCoordinatorQuery",
  },
];

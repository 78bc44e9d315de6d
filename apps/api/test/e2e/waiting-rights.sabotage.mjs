export default [
  {
    what: 'rights of reads are not looked at',
    file: 'apps/api/src/jobs/waiting/changes.statement.ts',
    find: 'WHERE job.id = read.job_id AND allowed.coordinator_id = caller.ids[read.caller + 1]',
    replace: 'WHERE job.id = read.job_id LIMIT 1',
  },
  {
    what: 'claims of a refused caller go on waiting',
    file: 'apps/api/src/jobs/waiting/changes.statement.ts',
    find: 'WHERE claim.coordinator_id IS NULL OR EXISTS (',
    replace: 'WHERE EXISTS (',
  },
  {
    what: 'claims that name a withdrawn workspace go on waiting',
    file: 'apps/api/src/jobs/waiting/changes.statement.ts',
    find: 'WHERE claim.coordinator_id IS NULL OR EXISTS (',
    replace: 'WHERE claim.coordinator_id IS NULL OR false AND EXISTS (',
  },
  {
    what: 'a refusal wakes only the first of the claims that wait together',
    file: 'apps/api/src/jobs/waiting/waiting-requests.ts',
    find: 'for (const waiter of together.waiters) waiter.wake();',
    replace: 'for (const waiter of [...together.waiters].slice(0, 1)) waiter.wake();',
  },
  {
    what: 'a request is held for a client that has disconnected',
    file: 'apps/api/src/jobs/waiting/waiting-requests.ts',
    find: "wait.gone.addEventListener('abort', end);",
    replace: '',
  },
];

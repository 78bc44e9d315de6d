export default [
  {
    what: 'a change of the job wakes no read',
    file: 'apps/api/src/jobs/waiting/waiting-requests.ts',
    find: 'for (const at of changes.reads) reads[at]?.waiter.wake();',
    replace: '',
  },
  {
    what: 'the second of two claims with one Idempotency-Key waits until its end',
    file: 'apps/api/src/jobs/waiting/waiting-requests.ts',
    find: 'for (const at of changes.repeats) repeats[at]?.waiter.wake();',
    replace: '',
  },
  {
    what: 'an Idempotency-Key stands for the wait too',
    file: 'apps/api/src/coordinator-integration/coordinator-jobs.service.ts',
    find: '{ waitSeconds: _, ...body }: ClaimJobRequest,',
    replace: 'body: ClaimJobRequest,',
  },
  {
    what: 'one coordinator may fill the memory with scopes',
    file: 'apps/api/src/jobs/waiting/waiting-requests.ts',
    find: 'this.scopes.take(caller.id, key.length);',
    replace: '',
  },
  {
    what: 'a woken read answers a rev that the client knows',
    file: 'apps/api/src/jobs/job-reads.service.ts',
    find: 'return until.isKnown(job) ? job.rev : null;',
    replace: 'return null;',
  },
  {
    what: 'waitSeconds without If-None-Match is passed over',
    file: 'apps/api/src/coordinator-integration/coordinator-jobs.controller.ts',
    find: 'if (waitSeconds === undefined) return',
    replace: 'if (waitSeconds === undefined || ifNoneMatch === undefined) return',
  },
];

export default [
  {
    what: 'nothing waits for a change of the job',
    file: 'packages/client/src/attempt.ts',
    find: 'void this.watch();',
    replace: 'if (leaseSeconds < 0) void this.watch();',
  },
  {
    what: 'the lease is not renewed',
    file: 'packages/client/src/attempt.ts',
    find: 'void this.renew(isOld);',
    replace: 'if (leaseSeconds < 0) void this.renew(isOld);',
  },
  {
    what: 'jobs in hand are not given back',
    file: 'packages/client/src/worker.ts',
    find: 'void this.giveBack();',
    replace: "if (this.agentId === '') void this.giveBack();",
  },
];

export default [
  {
    what: 'Node looks for late requests every half minute',
    file: 'apps/api/src/common/http/server.ts',
    find: 'LOOK_FOR_LATE_MS = 1_000',
    replace: 'LOOK_FOR_LATE_MS = 30_000',
  },
  {
    what: 'one caller may hold all the memory of unfinished bodies',
    file: 'apps/api/src/common/http/shared-quota.ts',
    find: 'held + amount > this.mostOfOne',
    replace: 'held + amount > 4 * this.mostOfOne',
  },
  {
    what: 'a body that broke off is not given back once its request has been answered',
    file: 'apps/api/src/common/http/request-body.ts',
    find: "    answer.once('close', onBreak);\n",
    replace: '',
  },
  {
    what: 'bodies without a credential have one share, whatever network they come from',
    file: 'apps/api/src/common/http/request-body.ts',
    find: 'holder.id : holder.network',
    replace: "holder.id : 'all'",
  },
];

export default [
  {
    what: 'a server that stops goes on with further requests',
    file: 'apps/api/src/common/http/stopping.ts',
    find: 'if (stop.signal.aborted) done(',
    replace: 'if (stop.signal.aborted && done === undefined) done(',
  },
];

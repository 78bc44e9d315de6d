export default [
  {
    what: 'a server that stops goes on with further requests',
    file: 'apps/api/src/common/http/request-start.ts',
    find: 'if (fastify.stopping.aborted) done(',
    replace: 'if (fastify.stopping.aborted && done === undefined) done(',
  },
];

export default [
  {
    what: 'the time of a wait counts as work',
    file: 'apps/api/src/common/metrics/http-metrics.ts',
    find: '(reply.elapsedTime - (request.ctx.wait?.heldMs ?? 0)) / 1000',
    replace: 'reply.elapsedTime / 1000',
  },
];

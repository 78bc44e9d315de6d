export default [
  {
    what: 'a server whose Redis cannot be used is not degraded',
    file: 'apps/api/src/health/health.service.ts',
    find: "redis !== 'unavailable' ?",
    replace: "redis !== 'ok' ?",
  },
];

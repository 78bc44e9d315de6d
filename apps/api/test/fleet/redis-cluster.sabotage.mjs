export default [
  {
    what: 'a cluster is taken for one server',
    file: 'apps/api/src/rate-limit/redis/client.ts',
    find: "includes('cluster_enabled:1')",
    replace: "includes('cluster_enabled:2')",
  },
];

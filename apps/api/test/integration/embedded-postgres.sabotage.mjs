export default [
  {
    what: 'the embedded Postgres asks for no password',
    file: 'apps/api/src/database/embedded/cluster.ts',
    find: "'--auth=scram-sha-256'",
    replace: "'--auth=trust'",
  },
  {
    what: 'every login may connect to every database',
    file: 'apps/api/src/database/embedded/registry-database.ts',
    find: "[REGISTRY_DATABASE, 'postgres', 'template1']",
    replace: '[REGISTRY_DATABASE]',
  },
];

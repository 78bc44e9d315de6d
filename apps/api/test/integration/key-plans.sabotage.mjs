export default [
  {
    what: 'no index has the order of GET /admin/keys',
    file: 'prisma/migrations/20261201000200_registry/migration.sql',
    find: 'CREATE INDEX coordinator_keys_created_at_idx ON public.coordinator_keys (created_at, id);\n',
    replace: '',
  },
  {
    what: 'no index has the revoked keys',
    file: 'prisma/migrations/20261201000200_registry/migration.sql',
    find: 'CREATE INDEX coordinator_keys_revoked_idx ON public.coordinator_keys (created_at, id) WHERE revoked_at IS NOT NULL;\n',
    replace: '',
  },
];

export default [
  {
    what: 'an ADMIN whose key has expired counts as another ADMIN',
    file: 'apps/api/src/operators/operators.repository.ts',
    find: ' AND (key_expires_at IS NULL OR key_expires_at > ',
    replace: ' AND (true OR key_expires_at > ',
  },
];

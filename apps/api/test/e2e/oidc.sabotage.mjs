export default [
  {
    what: 'a deleted operator signs in again',
    file: 'apps/api/src/sessions/oidc/oidc-sign-in.ts',
    find: 'if (operator?.isDeleted === true)',
    replace: 'if (operator?.isDeleted === undefined)',
  },
  {
    what: 'a person without a rule keeps the other sessions',
    file: 'apps/api/src/sessions/oidc/oidc-operators.repository.ts',
    find: 'session.operator_id = known.id AND session.ended_at IS NULL',
    replace: 'false',
  },
  {
    what: 'rights are those of the first sign-in',
    file: 'apps/api/src/sessions/oidc/oidc-operators.repository.ts',
    find: 'WHERE ctx.ready AND o.id = known.id AND o.deleted_at IS NULL',
    replace: 'WHERE false',
  },
  {
    what: 'networks do not limit a sign-in',
    file: 'prisma/migrations/20261202000300_oidc/migration.sql',
    find: "WHEN o.allowed_networks <> '{}' AND",
    replace: 'WHEN false AND',
  },
  {
    what: 'an ADMIN of the provider counts as the last ADMIN',
    file: 'apps/api/src/operators/operators.repository.ts',
    find: "WHERE role = 'ADMIN' AND kid IS NOT NULL AND",
    replace: "WHERE role = 'ADMIN' AND",
  },
  {
    what: 'an operator of the provider gets a key',
    file: 'apps/api/src/operators/operators.repository.ts',
    find: 'if (row.is_keyless) throw',
    replace: 'if (row.is_keyless === undefined) throw',
  },
];

export default [
  {
    what: 'a used key is found as unused',
    file: 'apps/api/src/coordinators/keys/key-search.statement.ts',
    find: 'use.key_id = key.id AND use.last_used_at >=',
    replace: 'use.key_id = key.id AND use.last_used_at <',
  },
  {
    what: 'an expired key is found as ACTIVE',
    file: 'apps/api/src/coordinators/keys/key-search.statement.ts',
    find: "ACTIVE: isLive('key'),",
    replace: 'ACTIVE: Prisma.sql`key.revoked_at IS NULL`,',
  },
  {
    what: 'the metric counts revoked keys',
    file: 'apps/api/src/coordinators/keys/coordinator-keys.repository.ts',
    find: '          AND key.revoked_at IS NULL\n      ) AS ending',
    replace: '      ) AS ending',
  },
  {
    what: 'a list by name shows all',
    file: 'apps/api/src/database/keyset.ts',
    find: 'return name === undefined ? Prisma.sql`true`',
    replace: "return name !== '' ? Prisma.sql`true`",
  },
];

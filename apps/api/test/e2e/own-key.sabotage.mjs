export default [
  {
    what: 'a key may have several live successors',
    file: 'apps/api/src/coordinators/keys/coordinator-keys.repository.ts',
    find: "overlapSeconds, hasLiveSuccessor('found'))",
    replace: 'overlapSeconds)',
  },
  {
    what: 'a rotation does not lock the coordinator first',
    file: 'apps/api/src/coordinators/keys/coordinator-keys.repository.ts',
    find: "const row = await changeLocked<Answer & Rotation>(prisma, {\n      caller,\n      table: 'coordinators',\n      id: coordinatorId,",
    replace:
      "const row = await changeLocked<Answer & Rotation>(prisma, {\n      caller,\n      table: 'coordinators',\n      id: keyId,",
  },
  {
    what: 'a registration grants keys:rotate by default',
    file: 'apps/api/src/coordinators/coordinators.service.ts',
    find: 'body.permissions ?? DEFAULT_PERMISSIONS',
    replace: 'body.permissions ?? COORDINATOR_PERMISSIONS',
  },
  {
    what: 'a rotation without an overlap does not drain',
    file: 'apps/api/src/coordinators/keys/coordinator-keys.service.ts',
    find: 'if (overlapSeconds === 0) {',
    replace: 'if (overlapSeconds < 0) {',
  },
  {
    what: 'a successor of a rotated key gets the rest of a life',
    file: 'apps/api/src/coordinators/keys/coordinator-keys.repository.ts',
    find: 'WHERE later.rotated_at IS NULL',
    replace: 'WHERE true',
  },
  {
    what: 'the end of a key comes from a stale memory',
    file: 'apps/api/src/coordinators/authentication/coordinator-identities.ts',
    find: '    if (known.reading === undefined) return known.identity.keyEndsAt;',
    replace: '    if (known.reading !== undefined) return known.identity.keyEndsAt;',
  },
  {
    what: 'a rotation leaves the old end in memory',
    file: 'apps/api/src/coordinators/keys/coordinator-keys.service.ts',
    find: '    this.identities.forget(coordinatorId);\n    // Without an overlap',
    replace: '    // Without an overlap',
  },
  {
    what: 'a revoked key is said to end later',
    file: 'apps/api/src/coordinators/authentication/key-identities.repository.ts',
    find: 'least(key.expires_at, key.revoked_at) AS "keyEndsAt", coordinator.rate',
    replace: 'key.expires_at AS "keyEndsAt", coordinator.rate',
  },
];

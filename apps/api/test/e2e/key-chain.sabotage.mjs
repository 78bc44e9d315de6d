export default [
  {
    what: 'a chain is revoked without the lock under which keys are rotated',
    file: 'apps/api/src/coordinators/keys/coordinator-keys.repository.ts',
    find: "id: string | null }>(this.prisma, {\n      caller,\n      table: 'coordinators',\n      id: coordinatorId,",
    replace:
      "id: string | null }>(this.prisma, {\n      caller,\n      table: 'coordinators',\n      id: keyId,",
  },
  {
    what: 'a chain is revoked without its predecessors',
    file: 'apps/api/src/coordinators/credential.statement.ts',
    find: 'SELECT before.id FROM before WHERE before.predecessor_id IS NULL',
    replace: 'SELECT found.id FROM found',
  },
  {
    what: 'a chain is revoked without its successors',
    file: 'apps/api/src/coordinators/credential.statement.ts',
    find: 'SELECT key.id FROM chain JOIN public.coordinator_keys AS key ON key.predecessor_id = chain.id',
    replace: 'SELECT before.id FROM chain JOIN before ON before.predecessor_id = chain.id',
  },
  {
    what: 'chain=false revokes a chain',
    file: 'apps/api/src/coordinators/keys/coordinator-keys.controller.ts',
    find: "chain === 'true'",
    replace: 'chain !== undefined',
  },
];

export default [
  {
    what: 'one network may hold all the memory of deliveries',
    file: 'apps/api/src/common/http/request-body.ts',
    find: 'heldOfDeliveries = new SharedQuota(64 * MIB, 32 * MIB,',
    replace: 'heldOfDeliveries = new SharedQuota(64 * MIB, 64 * MIB,',
  },
];

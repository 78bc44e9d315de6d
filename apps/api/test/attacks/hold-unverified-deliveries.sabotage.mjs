export default [
  {
    what: 'one network may hold all the memory of deliveries',
    file: 'apps/api/src/common/http/request-body.ts',
    find: 'new HeldBytes(MOST_HELD, MOST_HELD / 2)',
    replace: 'new HeldBytes(MOST_HELD, MOST_HELD)',
  },
];

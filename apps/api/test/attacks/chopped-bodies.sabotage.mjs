export default [
  {
    what: 'a body may come in any number of pieces',
    file: 'apps/api/src/common/http/request-body.ts',
    find: 'MOST_PIECES = 16_384',
    replace: 'MOST_PIECES = 16_384_000',
  },
];

export default [
  {
    what: 'a body may come in any number of pieces',
    file: 'apps/api/src/common/http/request-body.ts',
    find: 'MAX_PIECES = 16_384',
    replace: 'MAX_PIECES = 16_384_000',
  },
  {
    what: 'pieces are counted for each body',
    file: 'apps/api/src/common/http/request-body.ts',
    find: 'const pieces = (piecesOf.get(socket) ?? 0) + 1;',
    replace: 'const pieces = bytes.content().length > 0 ? (piecesOf.get(socket) ?? 0) + 1 : 1;',
  },
];

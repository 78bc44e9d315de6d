export default [
  {
    what: 'answers may be framed',
    file: 'apps/api/src/common/http/security-headers.ts',
    find: "default-src 'none'; frame-ancestors 'none'",
    replace: "default-src 'none'",
  },
];

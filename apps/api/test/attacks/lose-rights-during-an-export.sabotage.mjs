export default [
  {
    what: 'an export is sent over HTTP/1.0, which does not say whether it is whole',
    file: 'apps/api/src/audit-log/export/audit-exports.controller.ts',
    find: "raw.httpVersion === '1.0'",
    replace: "raw.httpVersion === '0.9'",
  },
];

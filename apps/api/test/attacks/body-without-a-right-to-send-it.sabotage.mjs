export default [
  {
    what: 'a refusal leaves the connection open, though the body is unread',
    file: 'apps/api/src/common/http/problem-document.ts',
    find: "    reply.header('connection', 'close');\n",
    replace: '',
  },
  {
    what: 'the body is asked for before the guards have decided',
    file: 'apps/api/src/common/http/broken-request.ts',
    find: "server.on('checkContinue', (...asked) => server.emit('request', ...asked));",
    replace:
      "server.on('checkContinue', (...asked) => { asked[1].writeContinue(); server.emit('request', ...asked); });",
  },
  {
    what: 'the body is never asked for',
    file: 'apps/api/src/common/http/request-body.ts',
    find: 'answer.writeContinue()',
    replace: 'answer.flushHeaders.name',
  },
];

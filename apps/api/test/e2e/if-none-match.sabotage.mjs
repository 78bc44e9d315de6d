export default [
  {
    what: 'tags are compared strongly',
    file: 'apps/api/src/common/http/entity-tags.ts',
    find: 'opaque(tag) === opaque(etag)',
    replace: 'tag === opaque(etag)',
  },
  {
    what: 'a change is answered 304',
    file: 'apps/api/src/common/http/conditional-reads.ts',
    find: "reply.statusCode === 200 && (request.method === 'GET' || request.method === 'HEAD')",
    replace: 'reply.statusCode === 200',
  },
  {
    what: 'a 304 has the body',
    file: 'apps/api/src/common/http/conditional-reads.ts',
    find: "request.method === 'HEAD' ? payload : null",
    replace: 'payload',
  },
];

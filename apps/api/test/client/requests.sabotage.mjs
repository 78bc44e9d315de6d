export default [
  {
    what: 'a request that is not safe is repeated',
    file: 'packages/client/src/repeatable.ts',
    find: "return rule === 'with-attempt' ? namesAttempt(body) : rule !== undefined;",
    replace: 'return rule !== undefined || namesAttempt(body) || true;',
  },
  {
    what: 'each repeat gets a name of its own',
    file: 'packages/client/src/transport.ts',
    find: 'const sent = new Headers(headers);',
    replace: "const sent = new Headers([...headers, ['Idempotency-Key', randomUUID()]]);",
  },
  {
    what: 'Retry-After is not obeyed',
    file: 'packages/client/src/transport.ts',
    find: 'const delayMs = retryAfterMs +',
    replace: 'const delayMs = 0 * retryAfterMs +',
  },
];

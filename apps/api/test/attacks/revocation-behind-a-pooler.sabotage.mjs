export default [
  {
    what: 'the drain waits only for sessions with the name of a request session',
    file: 'apps/api/src/database/rights-drain.ts',
    find: '      OR session.usename = session_user\n',
    replace: '',
  },
  {
    what: 'the drain does not wait for the sessions of other logins of the API',
    file: 'apps/api/src/database/rights-drain.ts',
    find: 'OR session.usesysid IN (SELECT id FROM api_login)',
    replace: 'OR false',
  },
  {
    what: 'the server starts although it does not see its own sessions',
    file: 'apps/api/src/database/rights-drain.ts',
    find: 'if (seen.some(({ pid }) => pid === session?.pid)) return;',
    replace: 'if (seen.some(({ pid }) => pid === session?.pid) || true) return;',
  },
];

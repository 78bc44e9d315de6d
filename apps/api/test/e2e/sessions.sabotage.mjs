export default [
  {
    what: 'a session outlives its key',
    file: 'prisma/migrations/20261202000100_sessions/migration.sql',
    find: 'WHEN s.ended_at IS NOT NULL OR o.deleted_at IS NOT NULL OR o.key_id <> s.key_id',
    replace: 'WHEN o.deleted_at IS NOT NULL',
  },
  {
    what: 'the ends of sessions are not recorded with the rotation',
    file: 'prisma/migrations/20261202000100_sessions/migration.sql',
    find: '  WHERE operator_id = NEW.id AND ended_at IS NULL;\n  RETURN NULL;',
    replace: '  WHERE false;\n  RETURN NULL;',
  },
  {
    what: 'a late request revives a session',
    file: 'apps/api/src/operators/session-identities.repository.ts',
    find: 'FROM ctx WHERE ctx.ready\n      ON CONFLICT',
    replace: 'FROM caller\n      ON CONFLICT',
  },
  {
    what: 'a read in the background is a use',
    file: 'apps/api/src/operators/operator-auth.guard.ts',
    find: "raw.headers['session-use'] === BACKGROUND",
    replace: 'false',
  },
  {
    what: 'a page of another port may ask for changes',
    file: 'apps/api/src/common/http/same-origin.ts',
    find: "return site === 'same-origin'",
    replace: "return site === 'same-origin' || site === 'same-site'",
  },
  {
    what: 'an operator ends the sessions of others',
    file: 'apps/api/src/sessions/sessions.repository.ts',
    find: '(session.operator_id = caller.id\n  OR',
    replace: '(session.operator_id IS NOT NULL\n  OR',
  },
];

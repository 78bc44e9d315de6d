export default [
  {
    what: 'the API may take the lock of partitions',
    file: 'prisma/migrations/20261201000500_functions/migration.sql',
    find: "IF (p_name IN ('environment-key', 'first-admin')) IS NOT TRUE THEN",
    replace: 'IF p_name IS NULL THEN',
  },
  {
    what: 'a migration waits without a word',
    file: 'apps/api/src/database/migrations.ts',
    find: 'if (!said && waited > SAY_AFTER_MS) {',
    replace: 'if (!said && waited > MAX_WAIT_MS) {',
  },
  {
    what: 'a migration waits for a table without a word',
    file: 'apps/api/src/database/migrations.ts',
    find: 'if (blocker) say(',
    replace: 'if (blocker && blocker.length < 0) say(',
  },
];

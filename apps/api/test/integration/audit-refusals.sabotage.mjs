export default [
  {
    what: 'a refusal may have an empty reason',
    file: 'prisma/migrations/20261201000500_functions/migration.sql',
    find: "OR nullif(p_reason, '') IS NULL\n    OR (p_occurrences",
    replace: 'OR p_reason IS NULL\n    OR (p_occurrences',
  },
  {
    what: 'repeats are said to come from the address of the last one',
    file: 'apps/api/src/audit-log/recording/refusal-window.ts',
    find: "    sourceIp: agreed('sourceIp'),\n",
    replace: '',
  },
];

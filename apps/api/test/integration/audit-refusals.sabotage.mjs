export default [
  {
    what: 'a refusal may have an empty reason',
    file: 'prisma/migrations/20261201000500_functions/migration.sql',
    find: "OR nullif(p_reason, '') IS NULL\n    OR (p_occurrences",
    replace: 'OR p_reason IS NULL\n    OR (p_occurrences',
  },
];

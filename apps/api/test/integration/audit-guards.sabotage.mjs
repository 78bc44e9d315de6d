export default [
  {
    what: 'a mark of erasure holds beyond its transaction',
    file: 'prisma/migrations/20261201000500_functions/migration.sql',
    find: "current_setting('audit.erasing', true) = transaction_timestamp()::text",
    replace: "nullif(current_setting('audit.erasing', true), '') IS NOT NULL",
  },
];

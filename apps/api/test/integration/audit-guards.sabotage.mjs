export default [
  {
    what: 'a mark of erasure holds beyond its transaction',
    file: 'prisma/migrations/20261201000500_functions/migration.sql',
    find: "current_setting('audit.erasing', true) = transaction_timestamp()::text",
    replace: "nullif(current_setting('audit.erasing', true), '') IS NOT NULL",
  },
  {
    what: 'an erasure may change other columns',
    file: 'prisma/migrations/20261201000500_functions/migration.sql',
    find: 'IF NEW *= erased THEN',
    replace: 'IF NEW.source_ip IS NULL THEN',
  },
  {
    what: 'who is not the owner of the log may erase',
    file: 'prisma/migrations/20261201000500_functions/migration.sql',
    find: "current_user = 'coordinator_registry_audit'\n    AND current_setting",
    replace: 'current_user IS NOT NULL\n    AND current_setting',
  },
  {
    what: 'a refusal is recorded without its reason',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: "OR p_outcome = 'DENIED' AND p_reason IS NULL",
    replace: '',
  },
];

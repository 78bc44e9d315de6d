export default [
  {
    what: 'a job can be released before its time, without a record',
    file: 'prisma/migrations/20261201000500_functions/migration.sql',
    find: 'IF NEW.not_before IS NULL AND OLD.not_before <= clock_timestamp() THEN',
    replace: 'IF NEW.not_before IS NULL THEN',
  },
  {
    what: 'a final job returns to PENDING',
    file: 'prisma/migrations/20261201000500_functions/migration.sql',
    find: ' AND OLD.attempt < OLD.max_attempts AND NOT OLD.final THEN',
    replace: ' AND OLD.attempt < OLD.max_attempts THEN',
  },
];

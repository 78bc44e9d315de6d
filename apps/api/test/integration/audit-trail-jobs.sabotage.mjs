export default [
  {
    what: 'a job can be released before its time, without a record',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: 'IF NEW.not_before IS NULL AND OLD.not_before <= clock_timestamp() THEN',
    replace: 'IF NEW.not_before IS NULL THEN',
  },
  {
    what: 'a final job returns to PENDING',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: ' AND OLD.attempt < OLD.max_attempts AND NOT OLD.final THEN',
    replace: ' AND OLD.attempt < OLD.max_attempts THEN',
  },
  {
    what: 'a report sets a percentage above 100',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: ' AND NEW.trigger_count = OLD.trigger_count AND NEW.progress_percent BETWEEN 0 AND 100\n',
    replace: ' AND NEW.trigger_count = OLD.trigger_count\n',
  },
  {
    what: 'a job ends with a percentage above 100',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: 'IF NEW.progress_percent NOT BETWEEN 0 AND 100 OR NEW.not_before',
    replace: 'IF NEW.progress_percent < 0 OR NEW.not_before',
  },
  {
    what: 'a running job is held back',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: "NEW.not_before IS NOT NULL AND NEW.status <> 'PENDING'",
    replace: "NEW.not_before IS NOT NULL AND NEW.status = 'COMPLETED'",
  },
  {
    what: 'a job that did not fail is final',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: "OR NEW.final AND NEW.status <> 'FAILED'",
    replace: "OR NEW.final AND NEW.status = 'PENDING'",
  },
  {
    what: 'a job of the API gets the key of a repository',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: 'OR NEW.repository_key IS DISTINCT FROM OLD.repository_key',
    replace: '',
  },
  {
    what: 'a job of the API gets the key of a repository without a new rev',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: 'IF NEW.repository_key IS NOT NULL AND OLD.repository_key IS NOT NULL THEN',
    replace: 'IF NEW.repository_key IS NOT NULL THEN',
  },
  {
    what: 'a job has more attempts than its maximum',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: ' AND NEW.attempt <= NEW.max_attempts THEN',
    replace: ' THEN',
  },
  {
    what: 'a job is created with a priority above 100',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: 'NEW.priority NOT BETWEEN 0 AND 100',
    replace: 'NEW.priority < 0',
  },
  {
    what: 'a job of the stitcher is created without the key of its repository',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: "OR (NEW.origin = 'STITCHER') <> (NEW.repository_key IS NOT NULL)",
    replace: "OR (NEW.origin <> 'STITCHER') AND (NEW.repository_key IS NOT NULL)",
  },
];

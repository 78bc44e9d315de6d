export default [
  {
    what: 'an agent is not recorded',
    file: 'prisma/migrations/20261202000301_values_checked_by_the_trigger/migration.sql',
    find: 'IF NEW.agent_id IS DISTINCT FROM OLD.agent_id THEN',
    replace: 'IF false THEN',
  },
  {
    what: 'a new agent counts as a report',
    file: 'prisma/migrations/20261202000301_values_checked_by_the_trigger/migration.sql',
    find: '(OLD.previous_attempt, OLD.coordinator_id, OLD.agent_id, OLD.agent_type, OLD.repository_key)',
    replace: '(OLD.previous_attempt, OLD.coordinator_id, NEW.agent_id, OLD.agent_type, OLD.repository_key)',
  },
  {
    what: 'a new result counts as a report',
    file: 'prisma/migrations/20261202000301_values_checked_by_the_trigger/migration.sql',
    find: 'NEW.not_before, NEW.duration_seconds, NEW.result, NEW.error,',
    replace: 'NEW.not_before, NEW.duration_seconds, NEW.error,',
  },
  {
    what: 'the coordinator of a key may change',
    file: 'prisma/migrations/20261201000600_triggers/migration.sql',
    find: "('coordinator_keys', 'id, coordinator_id, kid,",
    replace: "('coordinator_keys', 'id, kid,",
  },
];

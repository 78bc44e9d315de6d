export default [
  {
    what: 'an agent is not recorded',
    file: 'prisma/migrations/20261202000301_values_checked_by_the_trigger/migration.sql',
    find: 'IF NEW.agent_id IS DISTINCT FROM OLD.agent_id THEN',
    replace: 'IF false THEN',
  },
  {
    what: 'the coordinator of a key may change',
    file: 'prisma/migrations/20261201000600_triggers/migration.sql',
    find: "('coordinator_keys', 'id, coordinator_id, kid,",
    replace: "('coordinator_keys', 'id, kid,",
  },
];

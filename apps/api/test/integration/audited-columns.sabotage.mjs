export default [
  {
    what: 'an agent is not recorded',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: 'IF NEW.agent_id IS DISTINCT FROM OLD.agent_id THEN',
    replace: 'IF false THEN',
  },
  {
    what: 'a report may change the agent',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: 'UPDATE OF previous_attempt, coordinator_id, agent_id,',
    replace: 'UPDATE OF previous_attempt, coordinator_id,',
  },
  {
    what: 'a running job may get a result',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: "IF NEW.status = 'RUNNING' AND NEW.attempt = OLD.attempt AND NEW.rev <> OLD.rev THEN",
    replace: "IF NEW.status = 'RUNNING' AND NEW.attempt <> OLD.attempt AND NEW.rev <> OLD.rev THEN",
  },
  {
    what: 'the result of a job that ends is not recorded',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: '      NEW.duration_seconds, NEW.result, NEW.error, NEW.failed_step, NEW.gate_results, NEW.continuation_prompt,\n',
    replace:
      '      NEW.duration_seconds, NEW.error, NEW.failed_step, NEW.gate_results, NEW.continuation_prompt,\n',
  },
  {
    what: 'the coordinator of a key may change',
    file: 'prisma/migrations/20261201000600_triggers/migration.sql',
    find: "('coordinator_keys', 'id, coordinator_id, kid,",
    replace: "('coordinator_keys', 'id, kid,",
  },
];

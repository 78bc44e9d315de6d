export default [
  {
    what: 'the name of an actor is kept in any length',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: 'p_actor_id, left(p_actor_name, 200), p_key_id,\n    p_action, p_outcome',
    replace: 'p_actor_id, p_actor_name, p_key_id,\n    p_action, p_outcome',
  },
  {
    what: 'a user agent is kept in any length',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: 'text := left(p_user_agent, 512)',
    replace: 'text := p_user_agent',
  },
  {
    what: 'a seal is bounded by the number of records alone',
    file: 'apps/api/src/audit-log/sealing/sealing.repository.ts',
    find: 'WHERE coalesce(record.bytes_before, 0) < $7',
    replace: 'WHERE coalesce(record.bytes_before, 0) < 1000000 OR $7 > 0',
  },
];

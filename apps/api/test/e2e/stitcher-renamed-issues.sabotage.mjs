export default [
  {
    what: 'a name of another workspace is taken',
    file: 'apps/api/src/jobs/delivery.statement.ts',
    find: 'AND coalesce(other.workspace_id = candidate.workspace_id, true) AS same',
    replace: 'AS same',
  },
  {
    what: 'the registration of the new name stays beside the renamed one',
    file: 'apps/api/src/jobs/delivery.statement.ts',
    find: 'WHERE registration.same AND registration.unidentified AND other.repository',
    replace: 'WHERE false AND other.repository',
  },
  {
    what: 'a dispatch does not wait for the number of its repository',
    file: 'apps/api/src/jobs/stitched-jobs.repository.ts',
    find: '      FOR KEY SHARE OF known\n',
    replace: '',
  },
  {
    what: 'the jobs of a name do not get the number',
    file: 'prisma/migrations/20261201000600_triggers/migration.sql',
    find: 'WHEN (NEW.forge_id IS NOT NULL)',
    replace: 'WHEN (false)',
  },
  {
    what: 'a further job keeps the old name',
    file: 'prisma/migrations/20261202000302_fewer_conditions/migration.sql',
    find: 'NEW.origin, present_name, NEW.repository_key,',
    replace: 'NEW.origin, NEW.repository, NEW.repository_key,',
  },
  {
    what: 'a delivery by the name does not wait for the number of its repository',
    file: 'apps/api/src/jobs/delivery.statement.ts',
    find: 'forge === null ? Prisma.sql`FOR KEY SHARE OF candidate` : Prisma.empty',
    replace: 'Prisma.empty',
  },
];

export default [
  {
    what: 'a name is enough, although the number is known and another one',
    file: 'apps/api/src/jobs/delivery.statement.ts',
    find: 'candidate.by_id OR candidate.forge_id IS NULL OR ',
    replace: 'true OR ',
  },
  {
    what: 'the name comes before the number',
    file: 'apps/api/src/jobs/delivery.statement.ts',
    find: 'ORDER BY by_id DESC LIMIT 1',
    replace: 'ORDER BY by_id LIMIT 1',
  },
];

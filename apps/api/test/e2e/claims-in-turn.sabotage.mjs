export default [
  {
    what: 'a claim forgets whose turn it was',
    file: 'apps/api/src/jobs/job-claims.repository.ts',
    find: 'if (!replayed) this.turns.set(filter,',
    replace: 'if (replayed) this.turns.set(filter,',
  },
  {
    what: 'the turns go backwards to the first workspace',
    file: 'apps/api/src/jobs/job-claims.repository.ts',
    find: 'ORDER BY workspace.id <=',
    replace: 'ORDER BY workspace.id >',
  },
  {
    what: 'claims of all types share one turn',
    file: 'apps/api/src/jobs/job-claims.repository.ts',
    find: 'digestOf({ workspaceIds, types })',
    replace: 'digestOf({ workspaceIds, types: types && [] })',
  },
];

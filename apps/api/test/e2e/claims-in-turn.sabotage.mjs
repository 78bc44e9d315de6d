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
    find: 'the lowest id on\n        ORDER BY workspace.id <=',
    replace: 'the lowest id on\n        ORDER BY workspace.id >',
  },
  {
    what: 'the turns of the short statement go backwards',
    file: 'apps/api/src/jobs/job-claims.repository.ts',
    find: 'Prisma.empty}\n        ORDER BY workspace.id <=',
    replace: 'Prisma.empty}\n        ORDER BY workspace.id >',
  },
  {
    what: 'the short statement forgets whose turn it was',
    file: 'apps/api/src/jobs/job-claims.repository.ts',
    find: 'last.workspaceId = row.workspace_id;',
    replace: '',
  },
  {
    what: 'claims of all types share one turn',
    file: 'apps/api/src/jobs/job-claims.repository.ts',
    find: 'digestOf({ workspaceIds, types })',
    replace: 'digestOf({ workspaceIds, types: types && [] })',
  },
];

export default [
  {
    what: 'a claim forgets whose turn it was',
    file: 'apps/api/src/jobs/job-claims.repository.ts',
    find: 'this.turns.set(filter, { workspaceId: row.workspace_id,',
    replace: 'this.turns.set("another", { workspaceId: row.workspace_id,',
  },
  {
    what: 'the turns go backwards to the first workspace',
    file: 'apps/api/src/jobs/job-claim.statement.ts',
    find: 'the lowest id on\n        ORDER BY place.id <=',
    replace: 'the lowest id on\n        ORDER BY place.id >',
  },
  {
    what: 'the turns of the short statement go backwards',
    file: 'apps/api/src/jobs/job-claim.statement.ts',
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

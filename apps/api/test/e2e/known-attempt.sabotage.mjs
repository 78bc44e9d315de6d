const STATEMENT = 'apps/api/src/jobs/job-change.statement.ts';

export default [
  {
    what: 'the attempt is not compared',
    file: STATEMENT,
    find: `AND job.attempt = \${ATTEMPT}::int`,
    replace: `AND \${ATTEMPT}::int IS NOT NULL`,
  },
  {
    what: 'the workspace is not checked',
    file: STATEMENT,
    find: `AND \${onBehalfOfIf(caller, inWorkspaceScope(caller, Prisma.sql\`job.workspace_id\`))}\n      RETURNING \${jobColumnsOf`,
    replace: `AND \${onBehalfOfIf(caller, Prisma.sql\`true\`)}\n      RETURNING \${jobColumnsOf`,
  },
  ...[
    'rev',
    'progressPercent',
    'currentStep',
    'tokensUsed',
    'triggers',
    'triggerCount',
    'leaseExpiresAt',
    'updatedAt',
    'status',
    'durationSeconds',
    'result',
    'endedAt',
  ].map((member) => ({
    what: `${member} keeps its former value`,
    file: STATEMENT,
    find: 'update: updaterOf(changing),',
    replace: `update: updaterOf(Object.fromEntries(Object.entries(changing).filter(([it]) => it !== '${member}'))),`,
  })),
];

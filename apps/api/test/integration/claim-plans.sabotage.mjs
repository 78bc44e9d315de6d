const CLAIMS = 'apps/api/src/jobs/job-claim.statement.ts';

export default [
  {
    what: 'a claim gives up after the first 64 jobs',
    file: CLAIMS,
    find: '[64, 1_024, 16_384]',
    replace: '[64, 64, 64]',
  },
  {
    what: 'a repeat counts as a claim that searched no workspace',
    file: 'apps/api/src/jobs/job-claims.repository.ts',
    find: 'if (isJobRow(row) && row.replayed === true) return',
    replace:
      'if (isJobRow(row) && row.replayed === true && this.turns.set(filter, { workspaceId: row.workspace_id, isShort: true, found: false })) return',
  },
  {
    what: 'the short statement ignores the limit of a workspace',
    file: CLAIMS,
    find: 'CASE WHEN locked.max_running IS NULL THEN locked.id END',
    replace: 'locked.id',
  },
  {
    what: 'the short statement locks a job of a workspace that is full',
    file: CLAIMS,
    find: 'WHERE caller.max_running IS NULL AND ',
    replace: 'WHERE true OR ',
  },
  {
    what: 'the short statement searches as many workspaces for many types',
    file: CLAIMS,
    find: 'Math.floor(MAX_SHORT / (types?.length ?? 1))',
    replace: 'MAX_SHORT + 0 * (types?.length ?? 1)',
  },
];

export default [
  {
    what: 'the look joins the jobs, and may read all of them',
    file: 'apps/api/src/jobs/waiting/changes.statement.ts',
    find: 'WHERE job.workspace_id = allowed.workspace_id AND ',
    replace: 'WHERE job.workspace_id = allowed.workspace_id OR ',
  },
  {
    what: 'the keys of other routes count',
    file: 'apps/api/src/jobs/waiting/changes.statement.ts',
    find: 'AND known.route = repeated.route AND known.key = repeated.key',
    replace: 'AND known.key = repeated.key ORDER BY known.route LIMIT 1',
  },
];

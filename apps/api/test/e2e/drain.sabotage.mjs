export default [
  {
    what: 'the answer to a new limit of a workspace waits for no start',
    file: 'apps/api/src/workspaces/workspaces.service.ts',
    find: '(repositories ?? triggers ?? maxRunning ?? undefined)',
    replace: '(repositories ?? triggers)',
  },
  {
    what: 'the answer to a new limit of a coordinator waits for no start',
    file: 'apps/api/src/coordinators/coordinators.service.ts',
    find: '(workspaceIds ?? permissions ?? allowedNetworks ?? maxRunning ?? undefined)',
    replace: '(workspaceIds ?? permissions ?? allowedNetworks)',
  },
];

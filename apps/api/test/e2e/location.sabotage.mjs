export default [
  {
    what: 'Location leads to another resource',
    file: 'apps/api/src/workspaces/workspaces.controller.ts',
    find: "'Location', `/admin/workspaces/",
    replace: "'Location', `/admin/coordinators/",
  },
];

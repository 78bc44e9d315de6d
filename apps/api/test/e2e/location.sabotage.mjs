export default [
  {
    what: 'Location leads to another resource',
    file: 'apps/api/src/workspaces/workspaces.controller.ts',
    find: "'Location', `/admin/workspaces/",
    replace: "'Location', `/admin/coordinators/",
  },
  {
    what: 'a rotation leads to the old key',
    file: 'apps/api/src/coordinators/keys/coordinator-keys.controller.ts',
    find: 'const issued = await this.keys.rotate(caller, id, keyId, body);\n    locate(reply, issued);',
    replace:
      'const issued = await this.keys.rotate(caller, id, keyId, body);\n    locate(reply, { ...issued, key: { ...issued.key, id: keyId } });',
  },
  {
    what: 'a key is read by way of another coordinator',
    file: 'apps/api/src/coordinators/keys/coordinator-keys.repository.ts',
    find: `WHERE key.id = \${keyId}::uuid AND coordinator.id = \${coordinatorId}::uuid AND`,
    replace: `WHERE key.id = \${keyId}::uuid AND`,
  },
];

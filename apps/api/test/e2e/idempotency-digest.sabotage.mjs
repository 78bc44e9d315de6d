export default ['workspaceId', 'priority', 'metadata', 'maxAttempts'].map((member) => ({
  what: `${member} is left out of the digest`,
  file: 'apps/api/src/jobs/request-digest.ts',
  find: '.filter(([, member]) => member !== undefined)',
  replace: `.filter(([name, member]) => member !== undefined && name !== '${member}')`,
}));

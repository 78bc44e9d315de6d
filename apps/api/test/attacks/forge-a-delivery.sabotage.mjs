export default [
  {
    what: 'one right signature of two is enough',
    file: 'apps/api/src/webhooks/webhook-secrets.ts',
    find: 'signatures.every(',
    replace: 'signatures.some(',
  },
  {
    what: 'a wrong signature is not counted',
    file: 'apps/api/src/webhooks/webhook-auth.guard.ts',
    find: 'this.limits.wrongSecrets.charge(',
    replace: 'String(',
  },
];

export default [
  {
    what: 'a key is hashed before the rights are judged',
    file: 'apps/api/src/keys/key-issuer.ts',
    find: '    await this.rights.assertAllowed(caller);\n    if',
    replace: '    await this.issue(prefix);\n    await this.rights.assertAllowed(caller);\n    if',
  },
  {
    what: 'the row is locked whatever the rights are',
    file: 'apps/api/src/database/locked-change.ts',
    find: 'AS target, ctx\n        WHERE ctx.ready AND target.id',
    replace: 'AS target\n        WHERE target.id',
  },
];

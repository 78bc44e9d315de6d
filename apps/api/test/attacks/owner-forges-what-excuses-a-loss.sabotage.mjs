export default [
  {
    what: 'a month may be retained at any time',
    file: 'apps/api/src/audit-verification/removal-record.ts',
    find: 'wrongActor(form, RETENTION) ?? tooEarly(of, month, kept)',
    replace: 'wrongActor(form, RETENTION)',
  },
  {
    what: 'anybody may say that retention took place',
    file: 'apps/api/src/audit-verification/removal-record.ts',
    find: 'wrongActor(form, RETENTION) ?? tooEarly(of, month, kept)',
    replace: 'tooEarly(of, month, kept)',
  },
  {
    what: 'the columns of checkpoints are not looked at',
    file: 'apps/api/src/audit-verification/checkpoint-check.ts',
    find: 'if (here !== undefined && opened !== undefined) this.columns(here, opened);',
    replace: '',
  },
  {
    what: 'the stored nodes of the tree are not looked at',
    file: 'apps/api/src/audit-verification/stored-nodes-check.ts',
    find: 'else if (!computed.equals(hash))',
    replace: 'else if (computed === hash)',
  },
];

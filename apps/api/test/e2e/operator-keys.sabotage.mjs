export default [
  {
    what: 'the use of an operator is not noted',
    file: 'apps/api/src/operators/operator-authenticator.ts',
    find: '    this.uses.note(id);\n',
    replace: '',
  },
  {
    what: 'of two times of use the earlier one stays',
    file: 'apps/api/src/database/last-uses.ts',
    find: 'WHERE known.last_used_at < excluded.last_used_at',
    replace: 'WHERE known.last_used_at <> excluded.last_used_at',
  },
];

export default [
  {
    what: 'no session is terminated',
    file: 'apps/api/src/database/rights-drain.ts',
    find: "await this.signal('pg_terminate_backend', waitingFor);",
    replace: '',
  },
  {
    what: 'the drain gives up without a word',
    file: 'apps/api/src/database/rights-drain.ts',
    find: 'if (waited > GIVE_UP_AFTER_MS)',
    replace: 'if (waited > GIVE_UP_AFTER_MS) return;\n      if (waited > GIVE_UP_AFTER_MS)',
  },
];

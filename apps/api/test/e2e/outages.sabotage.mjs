const ERRORS = 'apps/api/src/database/database-errors.ts';

export default [
  {
    what: 'a connection that breaks counts as nothing done',
    file: ERRORS,
    find: "return outage('The connection to the database was lost.', { outcomeUnknown: true });",
    replace: "return outage('The connection to the database was lost. Nothing was done.');",
  },
  {
    what: 'a session that is ended counts as nothing done',
    file: ERRORS,
    find: '(08...|57P0[1245]|',
    replace: '(08...|57P0[245]|',
  },
  {
    what: 'a read says that a change may have been made',
    file: 'apps/api/src/common/http/problem-document.ts',
    find: "&& method !== 'GET' && method !== 'HEAD'",
    replace: "&& method !== 'PUT'",
  },
  {
    what: 'a change that is stored in part says that nothing was done',
    file: ERRORS,
    find: 'return isOutage ? outage(stored) : error;',
    replace: "return isOutage && stored === '' ? outage(stored) : error;",
  },
  {
    what: 'a database that is read-only is ok',
    file: 'apps/api/src/database/database-probe.ts',
    find: "= 'on' AS read_only",
    replace: "= 'never' AS read_only",
  },
  {
    what: 'sessions overrule a database that is set read-only',
    file: 'apps/api/src/database/session-settings.ts',
    find: "  default_transaction_deferrable: 'off',",
    replace: "  default_transaction_deferrable: 'off', default_transaction_read_only: 'off',",
  },
];

export default [
  {
    what: 'a stop leaves requests waiting',
    file: 'apps/api/src/jobs/waiting/waiting-requests.ts',
    find: 'for (const waiter of this.all) waiter.end();',
    replace: 'for (const waiter of [...this.all].slice(0, 1)) waiter.end();',
  },
  {
    what: 'a stop answers as at the end of the wait',
    file: 'apps/api/src/jobs/waiting/waiting-requests.ts',
    find: 'if (this.stopping.aborted) throw new StoppingError();',
    replace: 'if (this.stopping.aborted && waiter.isPaused) throw new StoppingError();',
  },
  {
    what: 'the 503 of a stop leaves the connection open',
    file: 'apps/api/src/common/http/problem-document.ts',
    find: "if (error instanceof StoppingError) reply.header('connection', 'close');",
    replace: "if (error instanceof StoppingError) reply.header('connection', 'keep-alive');",
  },
  {
    what: 'one coordinator may take all places',
    file: 'apps/api/src/jobs/waiting/waiting-requests.ts',
    find: 'const MAX_OF_ONE = 2_000;',
    replace: 'const MAX_OF_ONE = 2_001;',
  },
  {
    what: 'requests that ended keep their place',
    file: 'apps/api/src/jobs/waiting/waiting-requests.ts',
    find: '      this.all.delete(waiter);',
    replace: '',
  },
  {
    what: 'woken requests ask in the order in which they were woken, whose ever they are',
    file: 'apps/api/src/jobs/waiting/waiting-requests.ts',
    find: 'return await this.asking.run(ask, before);',
    replace: 'return await this.asking.run(ask);',
  },
];

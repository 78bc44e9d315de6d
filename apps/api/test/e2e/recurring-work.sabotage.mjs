export default [
  {
    what: 'the lease sweeper and the hourly clean-up are never started',
    file: 'apps/api/src/jobs/lease-sweeper.ts',
    find: 'for (const task of this.#tasks) task.start();',
    replace: '',
  },
  {
    what: 'partitions are made at start, and never again',
    file: 'apps/api/src/audit-log/retention/partition-keeper.ts',
    find: '    this.#making.start();\n',
    replace: '',
  },
  {
    what: 'the last use of keys is written only at the end',
    file: 'apps/api/src/coordinators/authentication/key-use-recorder.ts',
    find: '    this.writing.start();\n',
    replace: '',
  },
];

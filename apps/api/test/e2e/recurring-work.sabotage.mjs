export default [
  {
    what: 'the lease sweeper and the hourly clean-up are never started',
    file: 'apps/api/src/jobs/lease-sweeper.ts',
    find: 'for (const task of this.tasks) task.start();',
    replace: '',
  },
  {
    what: 'partitions are made at start, and never again',
    file: 'apps/api/src/audit-log/retention/partition-keeper.ts',
    find: '    this.making.start();\n',
    replace: '',
  },
  {
    what: 'the last use of keys is written only at the end',
    file: 'apps/api/src/keys/use-recorder.ts',
    find: '    this.writing.start();\n',
    replace: '',
  },
  {
    what: 'retention runs at start, and never again',
    file: 'apps/api/src/audit-log/retention/partition-keeper.ts',
    find: '    this.retention.start();\n',
    replace: '',
  },
  {
    what: 'refusals that were counted are written only with the next one',
    file: 'apps/api/src/audit-log/recording/refusal-recorder.ts',
    find: '    this.ticking.start();\n',
    replace: '',
  },
  {
    what: 'deliveries are never forgotten',
    file: 'apps/api/src/stitcher/delivery-sweeper.ts',
    find: '    this.forgetting.start();\n',
    replace: '',
  },
];

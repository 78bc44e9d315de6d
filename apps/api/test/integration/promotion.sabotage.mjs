export default [
  {
    what: 'only a timeline that falls stops the sealer',
    file: 'apps/api/src/audit-log/sealing/seal.ts',
    find: 'if (checkpoint.timeline !== now.timeline) {',
    replace: 'if (checkpoint.timeline > now.timeline) {',
  },
];

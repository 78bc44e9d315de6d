export default [
  {
    what: 'an erasure excuses what is taken away after it',
    file: 'apps/api/src/audit-verification/absence-check.ts',
    find: '(leafIndex === null || leafIndex > erased.lastLeaf)',
    replace: 'leafIndex !== undefined',
  },
];

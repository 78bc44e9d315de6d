export default [
  {
    what: 'a new key announces itself',
    file: 'apps/api/src/audit-log/sealing/seal.ts',
    find: 'const signers = isKeyNew ? [current, before.key] : [current];',
    replace: 'const signers = [current];',
  },
  {
    what: 'a key that was replaced may go on signing',
    file: 'apps/api/src/audit-verification/checkpoint-keys.ts',
    find: 'if (this.current !== undefined && !signedBy.includes(this.current)) {',
    replace: 'if (this.current !== undefined && keys.length === 0) {',
  },
  {
    what: 'another cluster needs no continuation',
    file: 'apps/api/src/audit-verification/checkpoint-check.ts',
    find: 'if (isElsewhere && continues !== before.seq) {',
    replace: 'if (isElsewhere && continues === -1) {',
  },
  {
    what: 'a continuation needs no record',
    file: 'apps/api/src/audit-verification/verification.ts',
    find: 'record === undefined && !isRemovedByRetention',
    replace: 'record === undefined && isRemovedByRetention',
  },
];

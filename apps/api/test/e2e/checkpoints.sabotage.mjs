export default [
  {
    what: 'a consistency proof is turned round',
    file: 'apps/api/src/audit-log/checkpoints/checkpoints.service.ts',
    find: 'return { from: earlier, to: later, proof: proof.map(',
    replace: 'return { from: earlier, to: later, proof: proof.toReversed().map(',
  },
  {
    what: 'a consistency proof leaves out the node where the older tree ends',
    file: 'apps/api/src/audit-proof/merkle-proof.ts',
    find: 'if (begin > 0) path.push([begin, end]);',
    replace: 'if (begin > end) path.push([begin, end]);',
  },
];

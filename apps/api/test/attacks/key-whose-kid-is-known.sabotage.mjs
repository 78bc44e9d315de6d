export default [
  {
    what: 'secrets are hashed in the order they came',
    file: 'apps/api/src/keys/key-verifier.ts',
    find: 'const rank = queueRanks.get(pair) ?? 0;',
    replace: 'const rank = 0 * (queueRanks.get(pair) ?? 0);',
  },
];

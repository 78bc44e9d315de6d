export default [
  {
    what: 'a checkpoint needs no token',
    file: 'prisma/migrations/20261201000500_functions/migration.sql',
    find: "IF expected IS NOT NULL AND sha256(p_token) IS DISTINCT FROM expected THEN\n    RAISE EXCEPTION 'checkpoint",
    replace: "IF false THEN\n    RAISE EXCEPTION 'checkpoint",
  },
  {
    what: 'the lease needs no token',
    file: 'prisma/migrations/20261201000500_functions/migration.sql',
    find: "IF expected IS NOT NULL AND sha256(p_token) IS DISTINCT FROM expected THEN\n    RAISE EXCEPTION 'only",
    replace: "IF false THEN\n    RAISE EXCEPTION 'only",
  },
  {
    what: 'a lease is prolonged without a token',
    file: 'prisma/migrations/20261201000500_functions/migration.sql',
    find: '(sealer.holder = excluded.holder AND expected IS NOT NULL)',
    replace: '(sealer.holder = excluded.holder)',
  },
  {
    what: 'a tree that cannot be read is an error that passes',
    file: 'apps/api/src/audit-log/sealing/seal.ts',
    find: 'MerkleFrontier.parse(stored.frontier);\n  } catch (error) {\n    throw new SealingHaltedError(',
    replace: 'MerkleFrontier.parse(stored.frontier);\n  } catch (error) {\n    throw new Error(',
  },
];

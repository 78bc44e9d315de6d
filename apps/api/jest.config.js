import project from './jest.project.js';

/**
 * Tests whose rules depend on how a database writes times, compares texts and isolates transactions. They run again on databases
 * with hostile settings: see `test/support/hostile-database.mjs`.
 */
const DEPENDS_ON_THE_DATABASE = [
  'e2e/{audit-erasure,audit-export,audit-log,checkpoints,claim,coordinator-keys,coordinator-keys-rotate,jobs-lists,jobs-states,runs-of-a-coordinator,times}.e2e.ts',
  'integration/{audit-retention,audit-verification,audit-verification-export,sealing}.integration.ts',
].map((it) => `<rootDir>/test/${it}`);

const hostile = (hostileDatabase) => ({
  ...project,
  displayName: `hostile database, ${hostileDatabase}`,
  testMatch: DEPENDS_ON_THE_DATABASE,
  globals: { hostileDatabase },
});

/** @type {import('jest').Config} */
export default {
  // What a test file has loaded stays in memory (modules of a vm): a worker that has run many would come to its limit.
  workerIdleMemoryLimit: '1GB',
  // For a test that hangs. A slow machine fails no test.
  testTimeout: 120_000,
  projects: [
    { ...project, displayName: 'api', testMatch: ['**/*.spec.ts', '**/*.e2e.ts', '**/*.integration.ts'] },
    hostile('east'),
    hostile('west'),
  ],
  // Only with --coverage: `npm run test:coverage`.
  collectCoverageFrom: [
    'src/**/*.ts',
    '!src/**/*.spec.ts',
    '!src/generated/**',
    // What only ever runs as a process of its own is tested as one, with real signals, and a child's lines are not counted here:
    // startup, embedded-postgres, external-postgres and bootstrap.integration.ts.
    '!src/{main,application,start-failure,db-migrate,operator-create,audit-continue,audit-verify}.ts',
    '!src/database/embedded/**',
    // `npm run test:fleet` tests it with a real Redis.
    '!src/rate-limit/redis/**',
  ],
  coverageReporters: ['text-summary', 'json'],
  coverageThreshold: { global: { lines: 95, branches: 90 } },
  // Jest's own choice leaves a core to its watcher; here the tests mostly wait for Postgres and for argon2.
  maxWorkers: '100%',
};

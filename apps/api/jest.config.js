/** @type {import('jest').Config} */
export default {
  // What a test file has loaded stays in memory (modules of a vm): a worker that has run many would come to its limit.
  workerIdleMemoryLimit: '1GB',
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts', '**/*.e2e.ts', '**/*.integration.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@nestjs/throttler$': '<rootDir>/test/support/nestjs-throttler.ts',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  // For what hangs; a machine that is busy takes what it takes.
  testTimeout: 120_000,
  // Only with --coverage: `npm run test:coverage`.
  collectCoverageFrom: [
    'src/**/*.ts',
    '!src/**/*.spec.ts',
    '!src/generated/**',
    // What only ever runs as a process of its own is tested as one, with real signals, and a child's lines are not counted here:
    // startup, embedded-postgres, external-postgres and bootstrap.integration.ts.
    '!src/{main,application,start-failure,db-migrate,operator-create,audit-verify}.ts',
    '!src/database/embedded/**',
  ],
  coverageReporters: ['text-summary', 'json'],
  coverageThreshold: { global: { lines: 95, branches: 90 } },
  // Jest's own choice leaves a core to its watcher; here the tests mostly wait for Postgres and for argon2.
  maxWorkers: '100%',
};

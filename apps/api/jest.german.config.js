import project from './jest.project.js';

/**
 * Tests in which the server handles errors of Postgres, on a hostile database with German messages. Run by `.ci/german-postgres`.
 *
 * @type {import('jest').Config}
 */
export default {
  ...project,
  testTimeout: 120_000,
  displayName: 'hostile database, in German',
  testMatch: [
    'e2e/{audit-export,claim,coordinator-keys,health,jobs-requests,jobs-states,last-admin,times,workspaces}.e2e.ts',
    'integration/{bootstrap,external-postgres,jobs,migrations,prisma-service,sealing-halts}.integration.ts',
  ].map((it) => `<rootDir>/test/${it}`),
  globals: { hostileDatabase: 'east' },
  setupFilesAfterEnv: ['<rootDir>/test/support/speaks-german.ts'],
};

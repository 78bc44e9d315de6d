import project from './jest.project.js';

/**
 * Mixed traffic of many coordinators over two replicas and one Redis, which `.ci/debian` installs. The traffic lasts `SOAK_SECONDS`,
 * 300 by default.
 *
 * @type {import('jest').Config}
 */
export default {
  ...project,
  // For a test that hangs.
  testTimeout: 3_600_000,
  testMatch: ['**/*.soak.ts'],
  maxWorkers: 1,
};

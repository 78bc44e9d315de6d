import project from './jest.project.js';

/** For Stryker: unit tests alone, which need no database. A mutant costs one run of those that reach it. */
const { globalSetup, globalTeardown, ...rest } = project;

/** @type {import('jest').Config} */
export default {
  ...rest,
  testMatch: [
    '**/src/{coordinator-integration,coordinators/authentication,health,jobs,keys,operators,rate-limit,stitcher}/*.spec.ts',
    '**/src/common/{access,http}/*.spec.ts',
  ],
  testSequencer: '<rootDir>/test/support/shortest-first.mjs',
  maxWorkers: 1,
};

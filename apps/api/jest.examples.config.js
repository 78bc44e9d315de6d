import project from './jest.project.js';

/** What readers of `docs/` copy. It needs more than npm, so `npm test` leaves it out. @type {import('jest').Config} */
export default { ...project, testTimeout: 120_000, testMatch: ['**/*.example.ts'] };

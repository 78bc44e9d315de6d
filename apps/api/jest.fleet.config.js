import project from './jest.project.js';

/** Several server processes over one Redis. `.ci/debian` installs it; `npm test` needs only npm. @type {import('jest').Config} */
export default { ...project, testTimeout: 180_000, testMatch: ['**/*.fleet.ts'], maxWorkers: 1 };

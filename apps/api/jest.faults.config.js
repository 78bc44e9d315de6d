import project from './jest.project.js';

/** Faults of servers, PostgreSQL, disks, clocks and networks. `.ci/debian` installs what they need. @type {import('jest').Config} */
export default { ...project, testTimeout: 240_000, testMatch: ['**/*.faults.ts'], maxWorkers: 1 };

import config from './jest.config.js';

/** What readers of `docs/` copy; it needs more than npm, so `npm test` leaves it out. @type {import('jest').Config} */
export default { ...config, testMatch: ['**/*.example.ts'] };

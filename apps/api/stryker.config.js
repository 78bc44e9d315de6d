import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** Sentences are for people: no test should hang on their wording. */
const prose = {
  shouldIgnore({ node }) {
    if (node.type === 'StringLiteral' && node.value.includes(' ')) return 'a sentence';
    if (node.type === 'TemplateLiteral' && node.quasis.some(({ value }) => value.raw.includes(' ')))
      return 'a sentence, or SQL';
    return undefined;
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'prose', prose)];

/**
 * Mutation testing of the guard, the key code and what TypeScript there is of the job rules, which are SQL otherwise (see
 * docs/internals/mutation-testing.md): `npm run test:mutation`.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  plugins: ['@stryker-mutator/jest-runner', './stryker.config.js'],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  jest: { configFile: 'jest.mutation.config.js' },
  coverageAnalysis: 'perTest',
  ignorers: ['prose'],
  mutate: [
    'src/keys/*.ts',
    'src/rate-limit/*.ts',
    'src/common/access/*.ts',
    'src/common/http/{credential,idempotency-key}.ts',
    'src/coordinators/authentication/coordinator-{access.decorator,auth.guard,authenticator,identities}.ts',
    'src/operators/operator-{access.decorator,auth.guard,authenticator}.ts',
    'src/health/monitoring.guard.ts',
    'src/jobs/{if-match,job-cursor,jobs.errors,request-digest}.ts',
    'src/stitcher/delivery.ts',
    '!src/**/*.{spec,module}.ts',
  ],
  ignorePatterns: ['dist', 'coverage', 'src/generated/**/*.map'],
  concurrency: 2,
  // What a run of tests has loaded stays in memory, 90 MB of it: the collector soon does nothing else.
  maxTestRunnerReuse: 10,
  timeoutMS: 20_000,
  thresholds: { high: 95, low: 85, break: 85 },
  reporters: ['clear-text', 'progress-append-only', 'json'],
  incrementalFile: 'coverage/mutation-incremental.json',
  jsonReporter: { fileName: 'coverage/mutation.json' },
  clearTextReporter: { logTests: false, allowColor: false },
  tempDirName: 'coverage/.stryker',
};

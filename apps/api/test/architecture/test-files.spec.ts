import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

/*
 * A test that never runs cannot fail.
 */

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
/** What the runners match: `jest.config.js`, `jest.examples.config.js`, `jest.fleet.config.js`, `jest.faults.config.js` and `jest.soak.config.js`. */
const RUNS = /^apps\/api\/.*\.(spec|e2e|integration|example|fleet|faults|soak)\.ts$/;
const TEST = /^ *(describe|it|test)(\.concurrent)?(\.each)?(<|\(|`)/m;
const FRAMEWORK = /from '(@jest\/globals|node:test|vitest)'/;
const LEFT_OUT = /\b(describe|it|test)\.(skip|only|todo|failing)\b|\b(xdescribe|xit|xtest|fdescribe|fit)\(/;

const NOT_OURS = /(^|\/)(node_modules|dist|generated|coverage)\//;

const SOURCES = readdirSync(ROOT, { withFileTypes: true })
  .filter((it) => it.isDirectory() && !/^(\..*|node_modules)$/.test(it.name))
  .flatMap(({ name }) =>
    readdirSync(join(ROOT, name), { recursive: true, encoding: 'utf8' }).map((it) => join(name, it)),
  )
  .filter((name) => /\.[cm]?[jt]sx?$/.test(name) && !NOT_OURS.test(name))
  .map((name) => ({ name, text: readFileSync(join(ROOT, name), 'utf8') }));

const TEST_FILES = SOURCES.filter(({ name }) => RUNS.test(name));

describe('test files', () => {
  it('there are more than 100 test files', () => {
    expect(TEST_FILES.length).toBeGreaterThan(100);
  });

  it('each file with a test has a name that a test runner matches', () => {
    const lost = SOURCES.filter(
      ({ name, text }) => !RUNS.test(name) && FRAMEWORK.test(text) && TEST.test(text),
    );
    expect(lost.map(({ name }) => name)).toEqual([]);
  });

  it('each file with the name of a test contains a test', () => {
    expect(TEST_FILES.filter(({ text }) => !TEST.test(text)).map(({ name }) => name)).toEqual([]);
  });

  it('no test is skipped or focused', () => {
    expect(TEST_FILES.filter(({ text }) => LEFT_OUT.test(text)).map(({ name }) => name)).toEqual([]);
  });
});

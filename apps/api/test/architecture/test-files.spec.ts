import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

/*
 * A test that never runs cannot fail.
 */

const APP = fileURLToPath(new URL('../../', import.meta.url));
/** What the runners match: `jest.config.js` and `jest.examples.config.js`. */
const RUNS = /\.(spec|e2e|integration|example)\.ts$/;
const TEST = /^ *(describe|it|test)(\.each)?(<|\(|`)/m;
const LEFT_OUT = /\b(describe|it|test)\.(skip|only|todo|failing)\b|\b(xdescribe|xit|xtest|fdescribe|fit)\(/;

const SOURCES = ['src', 'test']
  .flatMap((folder) =>
    readdirSync(join(APP, folder), { recursive: true, encoding: 'utf8' }).map((it) => join(folder, it)),
  )
  .filter((it) => /\.m?[jt]s$/.test(it) && !it.includes(`${sep}generated${sep}`))
  .map((it) => ({ name: relative(APP, join(APP, it)), text: readFileSync(join(APP, it), 'utf8') }));

const TEST_FILES = SOURCES.filter(({ name }) => RUNS.test(name));

describe('test files', () => {
  it('there are many', () => {
    expect(TEST_FILES.length).toBeGreaterThan(100);
  });

  it('a file with a test has a name that a runner matches', () => {
    const lost = SOURCES.filter(
      ({ name, text }) => !RUNS.test(name) && text.includes('@jest/globals') && TEST.test(text),
    );
    expect(lost.map(({ name }) => name)).toEqual([]);
  });

  it('a file with the name of a test has one', () => {
    expect(TEST_FILES.filter(({ text }) => !TEST.test(text)).map(({ name }) => name)).toEqual([]);
  });

  it('no test is skipped, and none runs alone', () => {
    expect(TEST_FILES.filter(({ text }) => LEFT_OUT.test(text)).map(({ name }) => name)).toEqual([]);
  });
});

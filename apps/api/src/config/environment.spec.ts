import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readEnvironment } from './environment.js';

const NAME = 'REGISTRY_SPEC_VARIABLE';

describe('readEnvironment', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'registry-environment-'));
  });
  afterEach(async () => {
    Reflect.deleteProperty(process.env, NAME);
    await rm(root, { recursive: true });
  });

  it('returns the environment of the process when there is no file', () => {
    process.env[NAME] = 'of the process';
    expect(readEnvironment(root)).toEqual({ ...process.env });
  });

  it('adds variables of the file that the process does not set', async () => {
    await writeFile(join(root, '.env'), `# a comment\n${NAME}='of the file'\n`);
    expect(readEnvironment(root)[NAME]).toBe('of the file');
  });

  it.each(['of the process', ''])('prefers the variables of the process: %p', async (value) => {
    await writeFile(join(root, '.env'), `${NAME}=of the file\n`);
    process.env[NAME] = value;
    expect(readEnvironment(root)[NAME]).toBe(value);
  });

  it('fails when the file cannot be read', async () => {
    await mkdir(join(root, '.env'));
    expect(() => readEnvironment(root)).toThrow('EISDIR');
  });
});

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { allSealed } from '../e2e/feed-fixture.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { blocksOf, Shell } from '../support/guide.js';
import { close, listen } from '../support/registry.js';
import { ROOT } from '../support/server-process.js';

const run = promisify(execFile);

// It installs a package, on machines that may be busy.
jest.setTimeout(120_000);

describe('package of the command line', () => {
  let test: TestApp;
  let folder: string;
  let packed: { filename: string; files: { path: string }[] };

  beforeAll(async () => {
    test = await startTestApp();
    await listen(test);
    folder = await mkdtemp(join(tmpdir(), 'registry-cli-package-'));
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: join(ROOT, 'apps/cli'),
    });
    [packed] = JSON.parse(stdout);
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'empty', private: true }));
    const options = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts'];
    await run('npm', ['install', ...options, join(folder, packed.filename)], { cwd: folder });
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await close(test);
  });

  it('has the bundle, the command and the README', () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => !/^dist\/[-\w]+\.js$/.test(path)).sort()).toEqual([
      'README.md',
      'bin/coordinator-registry.js',
      'package.json',
    ]);
  });

  it('brings no dependency, so neither the server nor a database', async () => {
    expect((await readdir(join(folder, 'node_modules'))).sort()).toEqual([
      '.bin',
      '.package-lock.json',
      '@coordinator-registry',
    ]);
    const dist = join(folder, 'node_modules/@coordinator-registry/cli/dist');
    const imported = new Set<string>();
    for (const name of await readdir(dist)) {
      const text = await readFile(join(dist, name), 'utf8');
      for (const [, from = ''] of text.matchAll(/\b(?:from|import\() ?"([^"]+)"/g)) imported.add(from);
    }
    expect([...imported].filter((from) => !/^(\.\/|node:)/.test(from)).sort()).toEqual([]);
  });

  it('runs each block of its README as printed', async () => {
    const shell = new Shell({
      PATH: `${join(folder, 'node_modules/.bin')}:${process.env.PATH}`,
      HOME: folder,
      REGISTRY_URL: await test.app.getUrl(),
      REGISTRY_ACCESS_KEY: test.adminKey,
    });
    try {
      await shell.paste(`cd '${folder}'`);
      const blocks = blocksOf('apps/cli/README.md').filter(({ language }) => language === 'sh');
      const printed: string[] = [];
      for (const { text } of blocks) {
        if (text.includes('audit export')) await allSealed(test.database.owner);
        if (text.includes('audit verify')) await shell.paste('unset REGISTRY_URL REGISTRY_ACCESS_KEY');
        printed.push(await shell.paste(text));
        if (text.includes('audit verify')) {
          await shell.paste(
            `export REGISTRY_URL='${await test.app.getUrl()}' REGISTRY_ACCESS_KEY='${test.adminKey}'`,
          );
        }
      }
      expect(blocks).toHaveLength(7);
      // On a slow machine, lines about the progress come first. The record of the export itself may be newer than the last checkpoint.
      expect(printed).toContainEqual(
        expect.stringMatching(
          /^The (log holds: \d+|verified part of the log holds: \d+ of \d+) records under \d+ checkpoints/m,
        ),
      );
      for (const name of ['bash', 'fish']) {
        const script = await readFile(join(folder, `coordinator-registry.${name}`), 'utf8');
        expect(script).toContain('coordinator-registry');
      }
    } finally {
      shell.end();
    }
  });

  it.each([
    [
      ['jobs', 'ca'],
      ['cancel', 'cancel-all'],
    ],
    [['jobs', 'list', '--status', 'F'], ['FAILED']],
    [
      ['completion', ''],
      ['zsh', 'bash', 'fish', 'powershell'],
    ],
  ])('completes %j', async (words, expected) => {
    const bin = join(folder, 'node_modules/.bin/coordinator-registry');
    const { stdout } = await run(bin, ['complete', '--', ...words]);
    const found = stdout.split('\n').map((line) => line.split('\t')[0]);
    expect(found.filter((it) => it !== '' && !it?.startsWith(':'))).toEqual(expected);
  });
});

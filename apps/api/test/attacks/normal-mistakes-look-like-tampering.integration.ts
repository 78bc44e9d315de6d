import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { ensureRegistryDatabase } from '../../src/database/embedded/registry-database.js';
import { SealedLog, verify } from '../integration/verification-fixture.js';
import { testSession } from '../support/database.js';

let log: SealedLog;
let lines: string[];
let published: string[];

beforeAll(async () => {
  log = await SealedLog.make();
  lines = await log.onCopy((copy) => copy.lines());
  published = (await readFile(log.machine.path, 'utf8')).trimEnd().split('\n');
});

afterAll(() => log?.close());

const header = (members: object) =>
  JSON.stringify({ export: { version: 1, scope: 'all', filter: {}, checkpoint: null, ...members } });

async function checkpoints(content: string): Promise<string> {
  const path = join(log.machine.directory, 'mine.ndjson');
  await writeFile(path, content);
  return path;
}

describe('verification after a normal mistake', () => {
  it.each<[string, object, RegExp]>([
    [
      'an export with a filter',
      { filter: { outcome: 'DENIED' } },
      /^Nothing was verified: this export was made with a filter \(outcome=DENIED\).* Export again without filters/,
    ],
    [
      'an export by a limited operator',
      { scope: 'workspaces' },
      /^Nothing was verified: .* limited to some workspaces.* Export as an operator with access to all/,
    ],
  ])('exits with 1 and a helpful sentence for %s', async (_, members, said) => {
    const { code, text } = await log.verifyExport([header(members), ...lines.slice(20, 30).toReversed()]);
    expect({ code, text }).toEqual({ code: 1, text: expect.stringMatching(said) });
  });

  it.each([
    ['is empty', []],
    ['is an error that was saved', ['{"type":"/problems/invalid-credential","status":401}']],
    ['has another format', ['{"category_uid":6,"class_uid":6003}']],
    ['is compressed', ['\u001f\u008b\b']],
  ])('exits with 1 and a helpful sentence for a file that %s', async (_, content) => {
    const { code, text } = await log.verifyExportByCommand(content);
    expect({ code, text }).toEqual({
      code: 1,
      text: expect.stringMatching(/^Nothing was verified: .* is not an export of this server/m),
    });
  });

  it('exits with 1 for checkpoints that are newer than the export', async () => {
    const size = 20;
    const whole = [header({ checkpoint: { seq: 3, size } }), ...lines.slice(0, size)];
    const { code, text } = await log.verifyExport(whole);
    expect({ code, text }).toEqual({
      code: 1,
      text: expect.stringMatching(
        /the checkpoints are newer than the export: .* ends after 20\. Take the checkpoints first/,
      ),
    });
    // What the export itself says is there, and is not, was cut off.
    const cut = [header({ checkpoint: { seq: 3, size } }), ...lines.slice(0, size - 1)];
    expect(await log.verifyExport(cut)).toMatchObject({ code: 2, kinds: ['tail cut'] });
  });
});

it('verification accepts checkpoints as the API returns them, newest first', async () => {
  const items = published.toReversed().map((it) => ({ ...JSON.parse(it), size: 1, sealedAt: 'x' }));
  for (const content of [
    items.map((it) => `${JSON.stringify(it)}\n`).join(''),
    JSON.stringify({ items, nextCursor: null }),
    `${JSON.stringify({ items: items.slice(0, 3), nextCursor: 'x' })}\n${JSON.stringify({ items: items.slice(3) })}\n`,
  ]) {
    const { code, text } = await log.verifyExport(lines, await checkpoints(content));
    expect({ code, text }).toEqual({ code: 0, text: expect.stringMatching(/^The log holds/) });
  }
});

it('verification with old checkpoints says how many records they cover', async () => {
  const old = published.slice(0, 3);
  const { size } = JSON.parse(`{"size":${/^.*\n(\d+)\n/.exec(JSON.parse(old.at(-1) ?? '').note)?.[1]}}`) as {
    size: number;
  };
  const { code, text } = await log.verifyExport(lines, await checkpoints(`${old.join('\n')}\n`));
  const sealed = lines.filter((it) => !it.includes('"leafIndex":null')).length;
  expect({ code, text }).toEqual({
    code: 0,
    text: expect.stringContaining(
      `The verified part of the log holds: ${size} of ${lines.length} records under 3 checkpoints, the last one 2`,
    ),
  });
  expect(text).toContain(`${sealed - size} are newer than your last checkpoint`);
  expect(text).toContain('What to do next: get newer checkpoints');
  expect(text).not.toMatch(/The log holds|nothing\. Keep/);
});

it('verification of a database says how many records the checkpoints file covers', async () => {
  await log.onCopy(async (copy) => {
    const old = await checkpoints(`${published.slice(0, 3).join('\n')}\n`);
    const { code, text } = await verify(['--checkpoints', old, '--public-key', log.publicKey], {
      DATABASE_URL: copy.database.apiUrl,
    });
    expect({ code, text }).toEqual({
      code: 0,
      text: expect.stringMatching(/^Note: the checkpoints file covers \d+ of \d+ sealed records/m),
    });
  });
});

describe('npm run audit:verify', () => {
  it('creates no directory and no database', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'registry-verify-'));
    try {
      const options = ['--public-key', log.publicKey];
      const { code, text } = await verify(options, { DATA_DIR: join(parent, 'none') });
      expect({ code, text }).toEqual({ code: 1, text: expect.stringContaining('there is no database in') });
      expect(await readdir(parent)).toEqual([]);
    } finally {
      await rm(parent, { recursive: true });
    }
  });

  it('does not migrate an embedded database', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'registry-verify-'));
    // The account of the server must be able to enter it.
    await chmod(dataDir, 0o755);
    const quiet = { warn: () => undefined, error: () => undefined };
    const postgres = await EmbeddedPostgres.open(dataDir, quiet, { durable: false });
    try {
      const { owner } = await ensureRegistryDatabase(postgres);
      expect((await verify(['--public-key', log.publicKey], { DATA_DIR: dataDir })).code).toBe(1);
      const client = new pg.Client(testSession(owner));
      await client.connect();
      const { rows } = await client.query(
        "SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'",
      );
      await client.end();
      expect(rows).toEqual([]);
    } finally {
      await postgres.release();
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});

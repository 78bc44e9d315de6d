import { createPrivateKey, createPublicKey } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parseExportHeader } from '../../src/audit-proof/export-header.js';
import { changes } from '../integration/sealing-fixture.js';
import { verify } from '../integration/verification-fixture.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { dataDirOf } from '../support/database.js';
import { call, listen } from '../support/registry.js';

/*
 * An export reads the log page by page. It has every leaf exactly once, however many pages there are.
 */

const RECORDS = 2_001;

let test: TestApp;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'registry-whole-'));
  test = await startTestApp();
  await listen(test);
});

afterAll(async () => {
  await test?.close();
  await rm(directory, { recursive: true });
});

async function sealed(): Promise<number> {
  const { rows } = await test.database.owner.query<{ leaves: number }>(
    'SELECT count(*)::int AS leaves FROM public.audit_leaves',
  );
  return rows[0]?.leaves ?? 0;
}

it(`GET /audit-log/export returns all ${RECORDS} records with their leaves, and verifies offline`, async () => {
  await test.database.api.query(changes(RECORDS));
  while ((await sealed()) < RECORDS) await sleep(50);
  const home = dataDirOf(test.database.apiUrl);
  const checkpoints = join(directory, 'checkpoints.ndjson');
  const answer = await call(test, 'get', '/audit-log/export', { key: test.adminKey });
  const text = answer.text ?? String(answer.body);
  await writeFile(checkpoints, await readFile(join(home, 'audit-checkpoints.ndjson')));

  const [header = '', ...lines] = text.split('\n').slice(0, -1);
  expect(parseExportHeader(header)).toMatchObject({ scope: 'all', filter: {} });
  const leaves = lines
    .map((line) => (JSON.parse(line) as { leafIndex: number | null }).leafIndex)
    .filter((leaf) => leaf !== null);
  expect(leaves.length).toBeGreaterThanOrEqual(RECORDS);
  expect(leaves).toEqual(leaves.map((_, index) => index));

  const path = join(directory, 'export.ndjson');
  await writeFile(path, text);
  const key = join(directory, 'key.pem');
  const pem = await readFile(join(home, 'audit-signing-key.pem'), 'utf8');
  await writeFile(key, createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'pem' }));
  const options = ['--checkpoints', checkpoints, '--public-key', key];
  expect(await verify(['--export', path, ...options])).toMatchObject({ code: 0 });
  // One record in the middle is gone.
  await writeFile(path, [header, ...lines.toSpliced(1_500, 1), ''].join('\n'));
  expect(await verify(['--export', path, ...options])).toMatchObject({ code: 2 });
});

import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { COORDINATOR_PERMISSIONS } from '../../src/coordinators/coordinator.js';
import type { CoordinatorKey } from '../../src/coordinators/coordinator-key.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import { expectGoodEnd, PythonExample } from '../support/python-example.js';
import {
  admin,
  call,
  forgeKey,
  insertAgedKey,
  listen,
  registerCoordinator,
  type TestCoordinator,
} from '../support/registry.js';
import { eventually, ServerProcess } from '../support/server-process.js';

describe('the key of docs/examples/coordinator.py', () => {
  let test: TestApp;
  let url: string;
  let coordinator: TestCoordinator;
  let example: PythonExample;
  let directory: string;

  beforeAll(async () => {
    test = await startTestApp();
    await listen(test);
    url = await test.app.getUrl();
  });
  afterAll(() => test.close());

  beforeEach(async () => {
    coordinator = await registerCoordinator(test);
    example = new PythonExample(test, url, coordinator);
    directory = await mkdtemp(join(tmpdir(), 'registry-example-'));
  });
  afterEach(async () => {
    ServerProcess.killAll();
    await rm(directory, { recursive: true });
  });

  it.each([
    ['it is empty', '', /the key is empty/],
    ['it is wrong', forgeKey(), /401 invalid-credential/],
    ['two keys were pasted', `${forgeKey()}\n${forgeKey()}`, /a character that no key has/],
  ])('is not shown when %s', async (_, key, said) => {
    const worker = example.run([], { REGISTRY_API_KEY: key });
    expect(await worker.ended()).toEqual({ code: 1, signal: null });
    expect(worker.output).toMatch(said);
    expect(worker.output).not.toMatch(/crk_/);
  });

  it('can be read from a file, and is read again after a rotation', async () => {
    const file = join(directory, 'key');
    await writeFile(file, `${coordinator.apiKey}\n`);
    const worker = example.run([], { REGISTRY_API_KEY: '', REGISTRY_API_KEY_FILE: file });
    const first = await example.create(['read']);
    await eventually(async () => (await example.read(first)).status === 'COMPLETED', 'the first job');

    const { key, apiKey } = await admin<{ key: CoordinatorKey; apiKey: string }>(
      test,
      'post',
      `/admin/coordinators/${coordinator.id}/keys/${coordinator.key.id}/rotate`,
    );
    await writeFile(file, apiKey);
    const second = await example.create(['read']);
    await eventually(async () => (await example.read(second)).status === 'COMPLETED', 'the second job');
    const completed = "resource_id = $1 AND action = 'job.completed'";
    expect(await recordsWhere(test, completed, [second.id])).toMatchObject([{ keyId: key.id }]);
    worker.signal('SIGTERM');
    await expectGoodEnd(worker);
    expect(worker.output).not.toMatch(/crk_/);
  });

  /** A key in a file, with so much of its life over. */
  async function keyFile(lived: number, name = 'key'): Promise<string> {
    const file = join(directory, name);
    await writeFile(file, `${await insertAgedKey(test, coordinator.id, lived)}\n`);
    return file;
  }

  const permit = (...permissions: string[]) =>
    admin(test, 'patch', `/admin/coordinators/${coordinator.id}`, { permissions });
  const keysOf = async () =>
    (
      await admin<{ items: CoordinatorKey[] }>(test, 'get', `/admin/coordinators/${coordinator.id}/keys`)
    ).items.filter(({ id }) => id !== coordinator.key.id);

  it('is replaced in its file, in one step, after 80 % of its life, and the new one is used', async () => {
    await permit('jobs:read', 'jobs:write', 'keys:rotate');
    const file = await keyFile(0.81);
    const old = await readFile(file, 'utf8');
    const jobs = [await example.create(['read']), await example.create(['read'])];
    const worker = example.run(['--until-idle'], { REGISTRY_API_KEY: '', REGISTRY_API_KEY_FILE: file });
    await expectGoodEnd(worker);

    const [successor, predecessor] = await keysOf();
    expect(successor).toMatchObject({ predecessorId: predecessor?.id, state: 'ACTIVE' });
    expect((await readFile(file, 'utf8')).slice(0, 20)).toBe(`crk_${successor?.kid}`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(['key']);
    const completed = "resource_id = ANY ($1) AND action = 'job.completed'";
    const records = await recordsWhere(test, completed, [jobs.map(({ id }) => id)]);
    expect(records.map(({ keyId }) => keyId)).toEqual([successor?.id, successor?.id]);
    expect((await call(test, 'get', '/coordinator/health', { key: old.trim() })).body.key.rotated).toBe(true);
    expect(worker.output).toMatch(/the key was rotated; the old one ends at/);
    expect(worker.output).not.toMatch(/crk_/);
  });

  it('is not replaced before', async () => {
    await permit('jobs:read', 'jobs:write', 'keys:rotate');
    const file = await keyFile(0.79);
    await example.create(['read']);
    await example.create(['read']);
    await expectGoodEnd(example.run(['--until-idle'], { REGISTRY_API_KEY: '', REGISTRY_API_KEY_FILE: file }));
    expect(await keysOf()).toHaveLength(1);
  });

  it.each([
    [
      'it may not rotate it',
      ['jobs:read', 'jobs:write'],
      'key',
      /cannot be replaced: 403 permission-missing/,
    ],
    // The longest name that a file may have: there is none for a file beside it, not even for root.
    ['its file cannot be replaced', [...COORDINATOR_PERMISSIONS], 'k'.repeat(255), /cannot be replaced/],
  ])('does not stop the work when %s', async (_, permissions, name, said) => {
    await permit(...permissions);
    const file = await keyFile(0.9, name);
    const jobs = [await example.create(['read']), await example.create(['read'])];
    const worker = example.run(['--until-idle'], { REGISTRY_API_KEY: '', REGISTRY_API_KEY_FILE: file });
    await expectGoodEnd(worker);
    expect(worker.output).toMatch(said);
    for (const job of jobs) expect((await example.read(job)).status).toBe('COMPLETED');
    expect(await keysOf()).toHaveLength(1);
  });
});

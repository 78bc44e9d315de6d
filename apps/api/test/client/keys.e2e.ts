import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ClientEvent,
  createCoordinator,
  keyFile,
  unwrap,
  type Worker,
} from '@coordinator-registry/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { COORDINATOR_PERMISSIONS } from '../../src/coordinators/coordinator.js';
import type { CoordinatorKey } from '../../src/coordinators/coordinator-key.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import { FaultyProxy, first } from '../support/faulty-proxy.js';
import {
  admin,
  call,
  close,
  createJob,
  insertAgedKey,
  listen,
  registerCoordinator,
  type TestCoordinator,
} from '../support/registry.js';
import { eventually } from '../support/server-process.js';

describe('keys of the client', () => {
  let test: TestApp;
  let url: string;
  let registered: TestCoordinator;
  let directory: string;
  let worker: Worker | undefined;
  const events: ClientEvent[] = [];
  const onEvent = (event: ClientEvent) => void events.push(event);

  beforeAll(async () => {
    test = await startTestApp();
    await listen(test);
    url = await test.app.getUrl();
  });
  afterAll(() => close(test));

  beforeEach(async () => {
    registered = await registerCoordinator(test, { permissions: [...COORDINATOR_PERMISSIONS] });
    directory = await mkdtemp(join(tmpdir(), 'registry-client-'));
    events.length = 0;
  });
  afterEach(async () => {
    await worker?.stop();
    worker = undefined;
    await FaultyProxy.closeAll();
    await rm(directory, { recursive: true });
  });

  /** A key in a file, with so much of its life over. */
  async function fileWith(lived: number): Promise<string> {
    const file = join(directory, 'key');
    await writeFile(file, `${await insertAgedKey(test, registered.id, lived)}\n`);
    return file;
  }

  const keysInFile = async () =>
    (
      await admin<{ items: CoordinatorKey[] }>(test, 'get', `/admin/coordinators/${registered.id}/keys`)
    ).items.filter(({ id }) => id !== registered.key.id);
  const rotations = () => events.filter(({ type }) => type.startsWith('key-'));

  it('replaces a key in its file after 80 % of its life, during work, and goes on with the new one', async () => {
    const file = await fileWith(0.81);
    const link = join(directory, 'link');
    await symlink(file, link);
    const old = (await readFile(file, 'utf8')).trim();
    const coordinator = createCoordinator({ url, key: keyFile(link), onEvent });
    const job = await createJob(test, registered);
    let finish = () => {};
    const build = () => new Promise<void>((resolve) => (finish = resolve));
    worker = coordinator.worker({ build }, { handleSignals: false });
    await eventually(() => rotations().length === 1, 'the rotation');
    await eventually(() => events.some(({ type }) => type === 'job-started'), 'the work');
    finish();
    await eventually(() => events.some(({ type }) => type === 'job-completed'), 'the end of the work');

    const [successor, predecessor] = await keysInFile();
    expect(events).toContainEqual({ type: 'key-rotated', expiresAt: successor?.expiresAt });
    expect(successor).toMatchObject({ predecessorId: predecessor?.id, state: 'ACTIVE' });
    expect((await readFile(file, 'utf8')).slice(0, 20)).toBe(`crk_${successor?.kid}`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readdir(directory)).sort()).toEqual(['key', 'link']);
    const completed = "resource_id = $1 AND action = 'job.completed'";
    expect(await recordsWhere(test, completed, [job.id])).toMatchObject([{ keyId: successor?.id }]);
    expect((await call(test, 'get', '/coordinator/health', { key: old })).body.key.rotated).toBe(true);
    expect(JSON.stringify(events)).not.toMatch(/crk_/);
  });

  it('replaces a key once if the answer to the rotation is cut, and says that the new key is lost', async () => {
    const proxy = await FaultyProxy.open(url, first(1, 'POST', '/rotate', 'cut'));
    const file = await fileWith(0.9);
    const old = await readFile(file, 'utf8');
    const coordinator = createCoordinator({ url: proxy.url, key: keyFile(file), onEvent });
    await unwrap(coordinator.GET('/coordinator/health'));
    await eventually(() => rotations().length === 1, 'the end of the rotation');
    expect(rotations()).toMatchObject([
      { type: 'key-not-rotated', error: { problem: { code: 'successor-exists' } } },
    ]);
    expect(await readFile(file, 'utf8')).toBe(old);
    expect(await readdir(directory)).toEqual(['key']);
    expect(await keysInFile()).toHaveLength(2);
  });

  it('does not replace a key before, nor one without an end', async () => {
    const coordinator = createCoordinator({ url, key: keyFile(await fileWith(0.79)), onEvent });
    for (let it = 0; it < 3; it += 1) await unwrap(coordinator.GET('/coordinator/jobs'));
    await writeFile(join(directory, 'key'), registered.apiKey);
    await unwrap(coordinator.GET('/coordinator/jobs'));
    expect(rotations()).toEqual([]);
    expect(await keysInFile()).toHaveLength(1);
  });

  it('says why a key is not replaced, and goes on with it', async () => {
    await admin(test, 'patch', `/admin/coordinators/${registered.id}`, { permissions: ['jobs:read'] });
    const coordinator = createCoordinator({ url, key: keyFile(await fileWith(0.9)), onEvent });
    await unwrap(coordinator.GET('/coordinator/jobs'));
    await eventually(() => rotations().length === 1, 'the refusal');
    expect(rotations()).toMatchObject([
      { type: 'key-not-rotated', error: { problem: { code: 'permission-missing' } } },
    ]);
    await unwrap(coordinator.GET('/coordinator/jobs'));
    expect(await keysInFile()).toHaveLength(1);
  });
});

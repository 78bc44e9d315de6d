import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CoordinatorKey, RotatedKey } from '../../src/coordinators/coordinator-key.js';
import type { TestApp } from '../support/app.js';
import { audited, membersAtFault } from '../support/audited.js';
import { sessionsWaiting } from '../support/database.js';
import { holdRow, releaseRows } from '../support/held-row.js';
import {
  admin,
  call,
  createJob,
  expireKey,
  listen,
  registerCoordinator,
  succeed,
  type TestCoordinator,
} from '../support/registry.js';
import { inMs, keyRequests } from './coordinator-keys-fixture.js';
import { startTwoServers, type TwoServers } from './rights-fixture.js';

const HOUR_MS = 3_600_000;
const ROTATE = '/coordinator/keys/rotate';

let servers: TwoServers;
let test: TestApp;

beforeAll(async () => {
  servers = await startTwoServers();
  test = servers.test;
  await listen(test);
});

afterEach(() => releaseRows());

afterAll(() => servers?.close());

const { keysOf, keyOf, listJobs, revoke, rotated } = keyRequests(() => test);

function register(of: Parameters<typeof registerCoordinator>[1] = {}): Promise<TestCoordinator> {
  return registerCoordinator(test, { permissions: ['jobs:read', 'jobs:write', 'keys:rotate'], ...of });
}

const rotateOwn = (key: string, body?: object) =>
  call(test, 'post', ROTATE, { key, ...(body !== undefined && { body }) });
const rotatedOwn = async (key: string, body?: object) => succeed<RotatedKey>(await rotateOwn(key, body));
const expiresOf = async (key: string) => (await listJobs(key)).headers['coordinator-key-expires'];
const lifeOf = ({ createdAt, expiresAt }: CoordinatorKey) =>
  Date.parse(expiresAt ?? '') - Date.parse(createdAt);
const healthOf = async (key: string) =>
  (await call(test, 'get', '/coordinator/health', { key })).body.key as Record<string, unknown>;

describe('POST /coordinator/keys/rotate', () => {
  it('issues a successor with the same name and lifetime, and says when the old key ends', async () => {
    const { id, name, key, apiKey } = await register({ keyExpiresAt: inMs(90 * 24 * HOUR_MS) });
    const { answer, records } = await audited(test, 'post', ROTATE, { key: apiKey });
    expect(answer.status).toBe(201);
    expect(answer.headers['cache-control']).toBe('no-store');
    const successor: RotatedKey = answer.body;
    expect(answer.headers.location).toBe(`/admin/coordinators/${id}/keys/${successor.key.id}`);

    const old = await keyOf(id, key.id);
    expect(successor.predecessor).toEqual({ id: key.id, expiresAt: old?.expiresAt });
    expect(answer.headers['coordinator-key-expires']).toBe(old?.expiresAt);
    expect(Date.parse(old?.expiresAt ?? '') - Date.parse(old?.rotatedAt ?? '')).toBe(24 * HOUR_MS);
    expect(successor.key).toMatchObject({ coordinatorId: id, predecessorId: key.id, state: 'ACTIVE' });
    expect(lifeOf(successor.key)).toBe(lifeOf(key));
    for (const text of [apiKey, successor.apiKey]) expect((await listJobs(text)).status).toBe(200);

    const by = { actorType: 'COORDINATOR', actorId: id, actorName: name, keyId: key.id };
    expect(records).toEqual([
      expect.objectContaining({
        ...by,
        action: 'coordinator-key.issued',
        resourceId: successor.key.id,
        changes: expect.objectContaining({ predecessorId: { from: null, to: key.id } }),
      }),
      expect.objectContaining({ ...by, action: 'coordinator-key.rotated', resourceId: key.id }),
    ]);
  });

  it('needs keys:rotate, which a registration grants only by name', async () => {
    const { id, apiKey } = await registerCoordinator(test);
    const refused = await rotateOwn(apiKey);
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({ code: 'permission-missing', permission: 'keys:rotate' });
    const path = `/admin/coordinators/${id}`;
    const { permissions } = await admin<{ permissions: string[] }>(test, 'get', path);
    expect(permissions).toEqual(['jobs:read', 'jobs:write', 'stitcher:dispatch']);
    await admin(test, 'patch', path, { permissions: [...permissions, 'keys:rotate'] });
    expect((await rotateOwn(apiKey)).status).toBe(201);
    expect(await keysOf(id)).toHaveLength(2);
  });

  it('is refused while the key has a live successor, also to administrators, and says when the old key ends', async () => {
    const { id, key, apiKey } = await register();
    const { key: successor, predecessor } = await rotatedOwn(apiKey, { overlapSeconds: 600 });
    const byAdmin = await call(test, 'post', `/admin/coordinators/${id}/keys/${key.id}/rotate`, {
      key: test.adminKey,
      body: { overlapSeconds: 0 },
    });
    for (const { status, body } of [await rotateOwn(apiKey, { overlapSeconds: 0 }), byAdmin]) {
      expect([status, body.code]).toEqual([409, 'successor-exists']);
      expect(body.predecessor).toEqual(predecessor);
      expect(body.successor).toEqual({ id: successor.id, expiresAt: successor.expiresAt });
    }
    expect((await keyOf(id, key.id))?.expiresAt).toBe(predecessor.expiresAt);
    expect(await keysOf(id)).toHaveLength(2);
  });

  it('is refused while a successor of the successor is live', async () => {
    const { id, apiKey } = await register();
    const first = await rotatedOwn(apiKey);
    const second = await rotatedOwn(first.apiKey, { overlapSeconds: 0 });
    const again = await rotateOwn(apiKey);
    expect([again.status, again.body.code, again.body.successor.id]).toEqual([
      409,
      'successor-exists',
      second.key.id,
    ]);
    expect(await keysOf(id)).toHaveLength(3);
  });

  it('issues another successor once the first one is revoked or expired', async () => {
    const { id, apiKey } = await register();
    const lost = await rotatedOwn(apiKey);
    await revoke(id, lost.key.id);
    const expired = await rotatedOwn(apiKey);
    await expireKey(test, expired.key.id);
    const { key } = await rotatedOwn(apiKey);
    expect(await keysOf(id)).toHaveLength(4);
    expect((await rotateOwn(apiKey)).body).toMatchObject({
      code: 'successor-exists',
      successor: { id: key.id },
    });
  });

  it('keeps the lifetime, also after a successor was rotated', async () => {
    const { id, key, apiKey } = await register({ keyExpiresAt: inMs(HOUR_MS) });
    const second = await rotatedOwn(apiKey, { overlapSeconds: 3_000 });
    const third = await rotatedOwn(second.apiKey, { overlapSeconds: 0 });
    await revoke(id, third.key.id);
    // No later key is live, so the first one may be rotated again.
    const other = await rotatedOwn(apiKey);
    for (const it of [third, other]) expect(lifeOf(it.key)).toBe(lifeOf(key));
  });

  it('grants one of several simultaneous requests, over two servers', async () => {
    const { id, key, apiKey } = await register();
    const elsewhere = servers.elsewhere('post', `/admin/coordinators/${id}/keys/${key.id}/rotate`).then(
      () => 201,
      () => 409,
    );
    const here = await Promise.all(Array.from({ length: 5 }, () => rotateOwn(apiKey)));
    const statuses = [await elsewhere, ...here.map(({ status }) => status)].sort();
    expect(statuses).toEqual([201, 409, 409, 409, 409, 409]);
    expect(await keysOf(id)).toHaveLength(2);
  });

  it('grants the first of two that wait for the same lock: the second sees its successor', async () => {
    const { id, key, apiKey } = await register();
    await holdRow(test, 'coordinators', id);
    const own = rotateOwn(apiKey).then(({ status }) => status);
    await sessionsWaiting(test.database.owner, 1);
    const path = `/admin/coordinators/${id}/keys/${key.id}/rotate`;
    const byAdmin = call(test, 'post', path, { key: test.adminKey }).then(({ status }) => status);
    await sessionsWaiting(test.database.owner, 2);
    await releaseRows();
    expect([await own, await byAdmin]).toEqual([201, 409]);
    expect(await keysOf(id)).toHaveLength(2);
  });

  it('with overlapSeconds 0 refuses the old key at once, and waits for its open requests', async () => {
    const coordinator = await register();
    const job = await createJob(test, coordinator);
    const blocker = await test.database.owner.connect();
    try {
      await blocker.query('BEGIN');
      await blocker.query('SELECT FROM public.jobs WHERE id = $1 FOR UPDATE', [job.id]);
      const writer = call(test, 'patch', `/coordinator/jobs/${job.id}/status`, {
        key: coordinator.apiKey,
        body: { status: 'CANCELLED' },
      });
      await sessionsWaiting(test.database.owner, 1);
      let answered = false;
      const rotation = rotateOwn(coordinator.apiKey, { overlapSeconds: 0 }).then((answer) => {
        answered = true;
        return answer;
      });
      // The rotation is stored, and its answer waits for the writer.
      await test.database.owner.query('SELECT pg_catalog.pg_sleep(0.3)');
      expect(answered).toBe(false);
      await blocker.query('COMMIT');
      expect((await writer).status).toBe(200);
      const { apiKey } = succeed<RotatedKey>(await rotation);
      expect((await listJobs(coordinator.apiKey)).body.code).toBe('key-expired');
      expect((await listJobs(apiKey)).status).toBe(200);
    } finally {
      await blocker.query('ROLLBACK');
      blocker.release();
    }
  });

  it('cannot rotate an ended key, and revokes and extends nothing', async () => {
    const { id, key, apiKey } = await register({ keyExpiresAt: inMs(HOUR_MS) });
    const other = await admin<RotatedKey>(test, 'post', `/admin/coordinators/${id}/keys`, { name: 'other' });
    await rotatedOwn(apiKey, { overlapSeconds: 604_800 });
    expect((await keyOf(id, key.id))?.expiresAt).toBe(key.expiresAt);
    expect(await keyOf(id, other.key.id)).toMatchObject({
      state: 'ACTIVE',
      expiresAt: null,
      rotatedAt: null,
    });
    await expireKey(test, key.id);
    expect((await rotateOwn(apiKey)).body.code).toBe('key-expired');
    await revoke(id, key.id);
    expect((await rotateOwn(apiKey)).body.code).toBe('key-revoked');
    expect(await keysOf(id)).toHaveLength(3);
  });

  it.each([
    [{ overlapSeconds: -1 }, 'overlapSeconds'],
    [{ overlapSeconds: 604_801 }, 'overlapSeconds'],
    // Its lifetime is not the coordinator's to choose.
    [{ expiresAt: inMs(HOUR_MS) }, 'expiresAt'],
  ])('answers 400 for %j', async (body, member) => {
    const { id, apiKey } = await register();
    const answer = await rotateOwn(apiKey, body);
    expect(answer.status).toBe(400);
    expect(membersAtFault(answer)).toEqual([member]);
    expect(await keysOf(id)).toHaveLength(1);
  });
});

describe('Coordinator-Key-Expires', () => {
  it('is on every answer to a key that ends: successes, refusals, mistakes and 429', async () => {
    const keyExpiresAt = inMs(HOUR_MS);
    const { id, apiKey: key, workspaceIds } = await register({ keyExpiresAt });
    const [workspaceId] = workspaceIds;
    const answers = [
      await listJobs(key),
      await call(test, 'head', '/coordinator/jobs', { key }),
      await call(test, 'post', '/coordinator/jobs', { key, body: { workspaceId, type: 'build' } }),
      await call(test, 'post', '/coordinator/jobs/claim', { key, body: { agentId: 'a', types: ['none'] } }),
      await call(test, 'get', '/coordinator/health', { key }),
      await call(test, 'get', '/coordinator/jobs?limit=0', { key }),
      await call(test, 'post', '/coordinator/jobs', { key, body: '{' }),
      await call(test, 'post', '/stitcher/dispatch', { key, body: {} }),
      await call(test, 'get', `/coordinator/jobs/${id}`, { key }),
    ];
    await admin(test, 'patch', `/admin/coordinators/${id}`, { rateLimitPerMinute: 1 });
    answers.push(await listJobs(key));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 201, 204, 200, 400, 400, 403, 404, 429]);
    for (const { headers } of answers) expect(headers['coordinator-key-expires']).toBe(keyExpiresAt);
  });

  it('is not on answers to a key without an end, to operators, and to a wrong key', async () => {
    const { apiKey } = await register();
    const wrong = `${apiKey.slice(0, -1)}${apiKey.endsWith('0') ? '1' : '0'}`;
    const { accessKey } = await admin<{ accessKey: string }>(test, 'post', '/admin/operators', {
      name: 'with an end',
      role: 'ADMIN',
      keyExpiresAt: inMs(HOUR_MS),
    });
    const ofOperator = await call(test, 'get', '/me', { key: accessKey });
    for (const { headers } of [await listJobs(apiKey), await listJobs(wrong), ofOperator]) {
      expect(headers).not.toHaveProperty('coordinator-key-expires');
    }
  });

  it('follows a rotation by this server at once, and by another one within a second', async () => {
    const { id, key, apiKey } = await register();
    expect(await expiresOf(apiKey)).toBeUndefined();
    await servers.elsewhere('post', `/admin/coordinators/${id}/keys/${key.id}/rotate`);
    await test.database.owner.query('SELECT pg_catalog.pg_sleep(1.05)');
    const end = (await keyOf(id, key.id))?.expiresAt;
    expect(await expiresOf(apiKey)).toBe(end);

    const fresh = await register();
    expect(await expiresOf(fresh.apiKey)).toBeUndefined();
    const { predecessor } = await rotated(fresh.id, fresh.key.id);
    expect(await expiresOf(fresh.apiKey)).toBe(predecessor.expiresAt);
  });

  it('says when an expired or revoked key ended', async () => {
    const expired = await register();
    await rotatedOwn(expired.apiKey, { overlapSeconds: 0 });
    expect(await expiresOf(expired.apiKey)).toBe((await keyOf(expired.id, expired.key.id))?.expiresAt);
    const revoked = await register({ keyExpiresAt: inMs(HOUR_MS) });
    await revoke(revoked.id, revoked.key.id);
    expect(await expiresOf(revoked.apiKey)).toBe((await keyOf(revoked.id, revoked.key.id))?.revokedAt);
  });
});

describe('the key in GET /coordinator/health', () => {
  it('has its id, name and times, and whether it has a live successor', async () => {
    const { id, key, apiKey } = await register();
    const { createdAt } = key;
    expect(await healthOf(apiKey)).toEqual({
      id: key.id,
      name: null,
      createdAt,
      expiresAt: null,
      rotated: false,
    });
    const successor = await rotatedOwn(apiKey);
    expect(await healthOf(apiKey)).toMatchObject({
      expiresAt: successor.predecessor.expiresAt,
      rotated: true,
    });
    expect(await healthOf(successor.apiKey)).toMatchObject({ id: successor.key.id, rotated: false });
    await revoke(id, successor.key.id);
    expect(await healthOf(apiKey)).toMatchObject({ rotated: false });
  });
});

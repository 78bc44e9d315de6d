import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CoordinatorKey, IssuedKey } from '../../src/coordinators/coordinator-key.js';
import { parseKey } from '../../src/keys/key.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { audited, membersAtFault } from '../support/audited.js';
import { sessionsWaiting } from '../support/database.js';
import {
  call,
  createJob,
  databaseClockPasses,
  expireKey,
  issueKey,
  listen,
  registerCoordinator,
} from '../support/registry.js';
import { inMs, keyRequests } from './coordinator-keys-fixture.js';

const DAY_MS = 86_400_000;

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

const { listJobs, keysOf, keyOf, rotate, rotated, revoke } = keyRequests(() => test);
const lifeOf = ({ createdAt, expiresAt }: CoordinatorKey) =>
  Date.parse(expiresAt ?? '') - Date.parse(createdAt);

describe('POST /admin/coordinators/:id/keys/:keyId/rotate', () => {
  it('keeps the old key valid for a day by default', async () => {
    const { id, apiKey, key } = await registerCoordinator(test);
    const { answer, records } = await audited(
      test,
      'post',
      `/admin/coordinators/${id}/keys/${key.id}/rotate`,
    );
    expect(answer.status).toBe(201);
    expect(answer.headers['cache-control']).toBe('no-store');
    const successor: IssuedKey = answer.body;
    expect(successor.key).toMatchObject({
      coordinatorId: id,
      kid: parseKey(successor.apiKey)?.kid,
      predecessorId: key.id,
      name: null,
      state: 'ACTIVE',
      expiresAt: null,
      rotatedAt: null,
    });
    const old = await keyOf(id, key.id);
    expect(old).toMatchObject({ state: 'ACTIVE', rotatedAt: successor.key.createdAt, revokedAt: null });
    expect(Date.parse(old?.expiresAt ?? '') - Date.parse(old?.rotatedAt ?? '')).toBe(DAY_MS);
    for (const text of [apiKey, successor.apiKey]) expect((await listJobs(text)).status).toBe(200);
    expect(records).toEqual([
      expect.objectContaining({ action: 'coordinator-key.issued', resourceId: successor.key.id }),
      expect.objectContaining({
        action: 'coordinator-key.rotated',
        resourceId: key.id,
        changes: {
          rotatedAt: { from: null, to: expect.any(String) },
          expiresAt: { from: null, to: expect.any(String) },
        },
      }),
    ]);
  });

  it('expires the old key at once with overlapSeconds 0', async () => {
    const { id, apiKey, key } = await registerCoordinator(test);
    expect((await listJobs(apiKey)).status).toBe(200);
    const successor = await rotated(id, key.id, { overlapSeconds: 0 });
    expect((await listJobs(apiKey)).body).toMatchObject({ status: 401, code: 'key-expired' });
    expect((await listJobs(successor.apiKey)).status).toBe(200);
  });

  it('expires the old key when a short overlap is over', async () => {
    const { id, ...first } = await registerCoordinator(test);
    let old: IssuedKey = first;
    let overlapSeconds = 1;
    for (;;) {
      // On a slow machine the old key may expire before the next request: try again with a longer overlap.
      overlapSeconds *= 2;
      const successor = await rotated(id, old.key.id, { overlapSeconds });
      if ((await listJobs(old.apiKey)).status === 200) break;
      old = successor;
    }
    await databaseClockPasses(test, (await keyOf(id, old.key.id))?.expiresAt ?? '');
    expect((await listJobs(old.apiKey)).body).toMatchObject({ status: 401, code: 'key-expired' });
  });

  it('does not wait for other requests when there is an overlap', async () => {
    const coordinator = await registerCoordinator(test);
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
      await rotated(coordinator.id, coordinator.key.id, { overlapSeconds: 60 });
      await sessionsWaiting(test.database.owner, 1);
      await blocker.query('COMMIT');
      expect((await writer).status).toBe(200);
    } finally {
      await blocker.query('ROLLBACK');
      blocker.release();
    }
  });

  it('never extends the expiresAt of the old key', async () => {
    const keyExpiresAt = inMs(3_600_000);
    const { id, key } = await registerCoordinator(test, { keyExpiresAt });
    await rotated(id, key.id, { overlapSeconds: 604_800 });
    expect((await keyOf(id, key.id))?.expiresAt).toBe(keyExpiresAt);
  });

  it('a second rotation can only shorten the life of the old key', async () => {
    const { id, key } = await registerCoordinator(test);
    const { key: lost } = await rotated(id, key.id, { overlapSeconds: 600 });
    const first = await keyOf(id, key.id);
    await revoke(id, lost.id);
    const { key: again } = await rotated(id, key.id, { overlapSeconds: 604_800 });
    expect((await keyOf(id, key.id))?.expiresAt).toBe(first?.expiresAt);
    await revoke(id, again.id);
    await rotated(id, key.id, { overlapSeconds: 60 });
    const last = await keyOf(id, key.id);
    expect(Date.parse(last?.expiresAt ?? '')).toBeLessThan(Date.parse(first?.expiresAt ?? ''));
  });

  it('gives the new key the given expiresAt, or the lifetime of the old key', async () => {
    const { id, key } = await registerCoordinator(test, { keyExpiresAt: inMs(5_000_000) });
    const end = inMs(9_000_000);
    const { key: first } = await rotated(id, key.id, { expiresAt: end });
    expect(first.expiresAt).toBe(end);
    await revoke(id, first.id);
    // Without expiresAt, a key that was rotated before passes on the lifetime of its newest successor: here 9,000 s.
    const again = await rotated(id, key.id);
    expect(lifeOf(again.key)).toBeGreaterThan(8_900_000);
    const fresh = await issueKey(test, id, { expiresAt: inMs(5_000_000) });
    expect(lifeOf((await rotated(id, fresh.key.id)).key)).toBe(lifeOf(fresh.key));
  });

  it('keeps the name, and rotates the new key again', async () => {
    const { id } = await registerCoordinator(test);
    const first = await issueKey(test, id, { name: 'laptop' });
    const second = await rotated(id, first.key.id);
    const third = await rotated(id, second.key.id);
    expect(third.key).toMatchObject({ name: 'laptop', predecessorId: second.key.id });
    for (const { apiKey } of [first, second, third]) expect((await listJobs(apiKey)).status).toBe(200);
  });

  it('rotates a key once, also in simultaneous requests', async () => {
    const { id, key } = await registerCoordinator(test);
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => rotate(id, key.id, { overlapSeconds: 60 })),
    );
    expect(answers.map((it) => it.status).sort()).toEqual([201, 409, 409, 409]);
    const successor = answers.find(({ status }) => status === 201)?.body;
    expect(answers.filter(({ status }) => status === 409).map(({ body }) => body.successor.id)).toEqual(
      Array.from({ length: 3 }, () => successor.key.id),
    );
    await revoke(id, successor.key.id);
    const withoutOverlap = await Promise.all(
      Array.from({ length: 4 }, () => rotate(id, key.id, { overlapSeconds: 0 })),
    );
    expect(withoutOverlap.map((it) => it.status).sort()).toEqual([201, 409, 409, 409]);
  });

  it('answers 409 for an expired or revoked key', async () => {
    const { id, key } = await registerCoordinator(test);
    const further = await issueKey(test, id);
    await expireKey(test, key.id);
    await revoke(id, further.key.id);
    expect((await rotate(id, key.id)).body).toMatchObject({
      status: 409,
      code: 'illegal-transition',
      currentStatus: 'EXPIRED',
    });
    expect((await rotate(id, further.key.id)).body).toMatchObject({
      status: 409,
      code: 'illegal-transition',
      currentStatus: 'REVOKED',
    });
    expect(await keysOf(id)).toHaveLength(2);
  });

  it.each([
    [{ overlapSeconds: -1 }, 'overlapSeconds'],
    [{ overlapSeconds: 604_801 }, 'overlapSeconds'],
    [{ overlapSeconds: 0.5 }, 'overlapSeconds'],
    [{ overlapSeconds: null }, 'overlapSeconds'],
    [{ overlapSeconds: '0' }, 'overlapSeconds'],
    [{ expiresAt: inMs(-1_000) }, 'expiresAt'],
    [{ overlap: 0 }, 'overlap'],
  ])('answers 400 for %j', async (body, member) => {
    const { id, key } = await registerCoordinator(test);
    const answer = await rotate(id, key.id, body);
    expect(answer.status).toBe(400);
    expect(membersAtFault(answer)).toEqual([member]);
    expect(await keysOf(id)).toEqual([key]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CoordinatorKey, IssuedKey } from '../../src/coordinators/coordinator-key.js';
import { parseKey } from '../../src/keys/key.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { audited, membersAtFault } from '../support/audited.js';
import {
  call,
  everyPage,
  expireKey,
  issueKey,
  listen,
  registerCoordinator,
  writeAsSystem,
} from '../support/registry.js';
import { inMs, keyRequests } from './coordinator-keys-fixture.js';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const DAY_MS = 86_400_000;

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

const { listJobs, keysOf, keyOf, rotate, rotated, revoke } = keyRequests(() => test);

describe('POST /admin/coordinators/:id/keys', () => {
  it('issues another key, and the first stays valid', async () => {
    const { id, apiKey } = await registerCoordinator(test);
    const expiresAt = inMs(DAY_MS);
    const { answer, records } = await audited(test, 'post', `/admin/coordinators/${id}/keys`, {
      body: { name: 'laptop', expiresAt },
    });
    expect(answer.status).toBe(201);
    expect(answer.headers['cache-control']).toBe('no-store');
    const further: IssuedKey = answer.body;
    const kid = parseKey(further.apiKey)?.kid;
    expect(further.key).toEqual({
      id: expect.any(String),
      coordinatorId: id,
      kid,
      prefix: `crk_${kid}_`,
      name: 'laptop',
      environment: false,
      state: 'ACTIVE',
      createdAt: expect.stringMatching(TIME),
      expiresAt,
      rotatedAt: null,
      revokedAt: null,
      lastUsedAt: null,
      predecessorId: null,
    });
    expect(records).toEqual([
      expect.objectContaining({
        action: 'coordinator-key.issued',
        actorName: 'test admin',
        resourceId: further.key.id,
        changes: {
          coordinatorId: { from: null, to: id },
          name: { from: null, to: 'laptop' },
          environment: { from: null, to: false },
          expiresAt: { from: null, to: expect.any(String) },
        },
      }),
    ]);
    for (const text of [apiKey, further.apiKey]) expect((await listJobs(text)).status).toBe(200);
  });

  it.each([
    ['no body', undefined],
    ['{}', {}],
  ])('accepts %s', async (_, body) => {
    const { id } = await registerCoordinator(test);
    const answer = await call(test, 'post', `/admin/coordinators/${id}/keys`, {
      key: test.adminKey,
      ...(body !== undefined && { body }),
    });
    expect(answer.status).toBe(201);
    expect(answer.body.key).toMatchObject({ name: null, expiresAt: null });
  });

  it.each([
    [{ name: '' }, 'name'],
    [{ name: null }, 'name'],
    [{ expiresAt: inMs(-1_000) }, 'expiresAt'],
    [{ expiresAt: null }, 'expiresAt'],
    [{ expiresAt: 4_000_000_000 }, 'expiresAt'],
    [{ kid: 'x' }, 'kid'],
  ])('answers 400 for %j', async (body, member) => {
    const { id } = await registerCoordinator(test);
    const answer = await call(test, 'post', `/admin/coordinators/${id}/keys`, { key: test.adminKey, body });
    expect(answer.status).toBe(400);
    expect(membersAtFault(answer)).toEqual([member]);
  });

  it.each(['null', '[]', '"x"'])('answers 400 for the body %s', async (body) => {
    const { id } = await registerCoordinator(test);
    const answer = await call(test, 'post', `/admin/coordinators/${id}/keys`, { key: test.adminKey, body });
    expect(answer.body).toMatchObject({ status: 400, code: 'invalid-request' });
  });
});

describe('GET /admin/coordinators/:id/keys', () => {
  it('returns all keys in pages, newest first, with the expired and revoked ones', async () => {
    const { id, key } = await registerCoordinator(test);
    await writeAsSystem(
      test,
      `INSERT INTO public.coordinator_keys (coordinator_id, kid, secret_hash, created_at, expires_at, revoked_at)
       SELECT $1, 'kid-' || n, '-', timestamptz '2020-01-01 00:00:00Z', CASE n % 3 WHEN 1 THEN now() END,
         CASE n % 3 WHEN 2 THEN now() END
       FROM ctx, generate_series(1, 30) AS n WHERE ctx.ready`,
      [id],
    );
    const seen = await everyPage<CoordinatorKey>(test, `/admin/coordinators/${id}/keys`, 10);
    expect(seen[0]).toEqual(key);
    expect(new Set(seen.map((it) => it.id)).size).toBe(31);
    const states = seen.map((it) => it.state).sort();
    expect(states).toEqual([
      ...Array.from({ length: 11 }, () => 'ACTIVE'),
      ...Array.from({ length: 10 }, () => 'EXPIRED'),
      ...Array.from({ length: 10 }, () => 'REVOKED'),
    ]);
  });
});

describe('an expired key', () => {
  it('gets 401 key-expired from that moment, also after successful requests', async () => {
    const { id, apiKey, key } = await registerCoordinator(test);
    expect((await listJobs(apiKey)).status).toBe(200);
    await expireKey(test, key.id);
    expect((await listJobs(apiKey)).body).toMatchObject({ status: 401, code: 'key-expired' });
    expect(await keyOf(id, key.id)).toMatchObject({ state: 'EXPIRED', revokedAt: null });
  });
});

describe('DELETE /admin/coordinators/:id/keys/:keyId', () => {
  it('revokes that key alone before it answers 204; a repeat answers 204', async () => {
    const { id, apiKey, key } = await registerCoordinator(test);
    const further = await issueKey(test, id);
    expect((await listJobs(apiKey)).status).toBe(200);
    const { answer, records } = await revoke(id, key.id);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect((await listJobs(apiKey)).body).toMatchObject({ status: 401, code: 'key-revoked' });
    expect((await listJobs(further.apiKey)).status).toBe(200);
    expect(records).toEqual([
      expect.objectContaining({
        action: 'coordinator-key.revoked',
        resourceId: key.id,
        changes: { revokedAt: { from: null, to: expect.any(String) } },
      }),
    ]);

    const revokedAt = (await keyOf(id, key.id))?.revokedAt;
    const again = await revoke(id, key.id);
    expect([again.answer.status, again.records]).toEqual([204, []]);
    expect(await keyOf(id, key.id)).toMatchObject({ state: 'REVOKED', revokedAt });
  });

  it('revokes an expired key, and a rotated key within its overlap', async () => {
    const { id, apiKey, key } = await registerCoordinator(test);
    const successor = await rotated(id, key.id, { overlapSeconds: 600 });
    expect((await listJobs(apiKey)).status).toBe(200);
    await revoke(id, key.id);
    expect((await listJobs(apiKey)).body).toMatchObject({ status: 401, code: 'key-revoked' });
    expect((await listJobs(successor.apiKey)).status).toBe(200);

    await expireKey(test, successor.key.id);
    expect((await revoke(id, successor.key.id)).answer.status).toBe(204);
    expect(await keyOf(id, successor.key.id)).toMatchObject({ state: 'REVOKED' });
  });

  it('revokes a key once for several simultaneous requests', async () => {
    const { id, key } = await registerCoordinator(test);
    const all = await Promise.all(Array.from({ length: 6 }, () => revoke(id, key.id)));
    expect(all.map((it) => it.answer.status)).toEqual(Array.from({ length: 6 }, () => 204));
    expect(all.flatMap((it) => it.records)).toHaveLength(1);
  });
});

it('POST rotate and DELETE answer 404 for a key of another coordinator, and change nothing', async () => {
  const mine = await registerCoordinator(test);
  const theirs = await registerCoordinator(test);
  for (const keyId of [theirs.key.id, UNKNOWN]) {
    expect((await rotate(mine.id, keyId)).body).toMatchObject({ status: 404, code: 'not-found' });
    expect((await revoke(mine.id, keyId)).answer.body).toMatchObject({ status: 404, code: 'not-found' });
  }
  expect(await keysOf(theirs.id)).toEqual([theirs.key]);
  expect(await keysOf(mine.id)).toEqual([mine.key]);
});

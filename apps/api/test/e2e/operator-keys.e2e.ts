import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseKey } from '../../src/keys/key.js';
import type { Operator } from '../../src/operators/operator.js';
import { OperatorUseRecorder } from '../../src/operators/operator-use-recorder.js';
import { OperatorsRepository } from '../../src/operators/operators.repository.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { audited } from '../support/audited.js';
import { admin, call, listen, registerOperator, writeAsSystem } from '../support/registry.js';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

const patch = (id: string, body: object | string) =>
  call(test, 'patch', `/admin/operators/${id}`, { key: test.adminKey, body });
const list = (key: string) => call(test, 'get', '/admin/operators?limit=1', { key });
const readLog = (key: string) => call(test, 'get', '/audit-log?limit=1', { key });

async function workspaceIds(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID()).sort();
  await writeAsSystem(
    test,
    `INSERT INTO public.workspaces (id, slug, name) SELECT id, id::text, 'Acme' FROM ctx, unnest($1::uuid[]) AS id WHERE ctx.ready`,
    [ids],
  );
  return ids;
}

describe('GET /me', () => {
  it.each([
    ['ADMIN', ['system:admin', 'audit:read', 'operator-jobs:read', 'operator-jobs:write']],
    ['OPERATOR', ['audit:read', 'operator-jobs:read', 'operator-jobs:write']],
    ['AUDITOR', ['audit:read', 'operator-jobs:read']],
  ] as const)('returns to an %s what it is and what it may do', async (role, permissions) => {
    const limits = role === 'ADMIN' ? null : await workspaceIds(1);
    const { operator, accessKey } = await registerOperator(test, { role, workspaceIds: limits });
    const { id, name, keyId, kid } = operator;
    const answer = await call(test, 'get', '/me', { key: accessKey });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      id,
      name,
      role,
      permissions,
      workspaceIds: limits,
      keyId,
      kid,
      identity: null,
      keyExpiresAt: null,
      lastUsedAt: null,
    });
  });
});

describe('lastUsedAt of an operator', () => {
  it('is written outside of the request, for the list, the operator and itself, and stays when the key is replaced', async () => {
    const { id, accessKey } = await registerOperator(test);
    const path = `/admin/operators/${id}`;
    const before = Date.now();
    const first = await call(test, 'get', '/me', { key: accessKey });
    expect([first.status, first.body.lastUsedAt]).toEqual([200, null]);
    await test.app.get(OperatorUseRecorder, { strict: false }).write();
    const after = Date.now();

    const { lastUsedAt } = await admin<Operator>(test, 'get', path);
    expect(Date.parse(lastUsedAt ?? '')).toBeGreaterThanOrEqual(before);
    expect(Date.parse(lastUsedAt ?? '')).toBeLessThanOrEqual(after);
    expect((await list(test.adminKey)).body.items[0]).toMatchObject({ id, lastUsedAt });
    expect((await call(test, 'get', '/me', { key: accessKey })).body.lastUsedAt).toBe(lastUsedAt);
    const { operator } = await admin<{ operator: Operator }>(test, 'post', `${path}/rotate`);
    expect(operator.lastUsedAt).toBe(lastUsedAt);
  });

  it('keeps the later of two times', async () => {
    const { id } = await registerOperator(test);
    const operators = test.app.get(OperatorsRepository, { strict: false });
    const lastUsedAt = async () => (await admin<Operator>(test, 'get', `/admin/operators/${id}`)).lastUsedAt;
    await operators.noteUses(new Map([[id, 60_000]]));
    const later = await lastUsedAt();
    expect(later).toEqual(expect.any(String));
    await operators.noteUses(new Map([[id, 86_400_000]]));
    expect(await lastUsedAt()).toBe(later);
  });
});

describe('POST /admin/operators/:id/rotate', () => {
  it('returns the new key once, and revokes the old key before it answers', async () => {
    const { id, operator, accessKey } = await registerOperator(test);
    expect((await readLog(accessKey)).status).toBe(200);
    const { answer, records } = await audited(test, 'post', `/admin/operators/${id}/rotate`);
    expect(answer.status).toBe(201);
    expect(answer.headers['cache-control']).toBe('no-store');
    const rotated = answer.body;
    expect(rotated.operator).toEqual({
      ...operator,
      keyId: expect.any(String),
      kid: parseKey(rotated.accessKey)?.kid,
      updatedAt: expect.stringMatching(TIME),
    });
    expect(rotated.operator.keyId).not.toBe(operator.keyId);
    expect(records).toEqual([
      expect.objectContaining({
        action: 'operator.rotated',
        resourceId: id,
        changes: { keyId: { from: operator.keyId, to: rotated.operator.keyId } },
      }),
    ]);
    expect((await readLog(accessKey)).body).toMatchObject({ status: 401, code: 'key-revoked' });
    expect((await readLog(rotated.accessKey)).status).toBe(200);
  });

  it('rotates the key of the calling ADMIN', async () => {
    const { id, accessKey } = await registerOperator(test, { role: 'ADMIN' });
    const answer = await call(test, 'post', `/admin/operators/${id}/rotate`, { key: accessKey });
    expect((await list(accessKey)).body).toMatchObject({ status: 401, code: 'key-revoked' });
    expect((await list(answer.body.accessKey)).status).toBe(200);
  });

  it('answers 400 for a body with a member', async () => {
    const { id } = await registerOperator(test);
    const rotate = (body: object) =>
      call(test, 'post', `/admin/operators/${id}/rotate`, { key: test.adminKey, body });
    expect((await rotate({ overlapSeconds: 60 })).status).toBe(400);
    expect((await rotate({})).status).toBe(201);
  });
});

describe('key of an operator', () => {
  const me = (key: string) => call(test, 'get', '/me', { key });

  it('is refused once it has expired, and its successor lives as long', async () => {
    const keyExpiresAt = new Date(Date.now() + 60_000).toISOString();
    const { id, operator, accessKey } = await registerOperator(test, { keyExpiresAt });
    expect(operator.keyExpiresAt).toBe(keyExpiresAt);
    expect((await me(accessKey)).body.keyExpiresAt).toBe(keyExpiresAt);
    await writeAsSystem(
      test,
      `UPDATE public.operators SET key_created_at = now() - interval '1 hour', key_expires_at = now()
       FROM ctx WHERE ctx.ready AND id = $1`,
      [id],
    );
    for (const path of ['/me', '/jobs', '/audit-log']) {
      const refused = await call(test, 'get', path, { key: accessKey });
      expect(refused.body).toMatchObject({ status: 401, code: 'key-expired' });
    }
    const rotated = await admin<{ accessKey: string }>(test, 'post', `/admin/operators/${id}/rotate`);
    expect((await me(rotated.accessKey)).status).toBe(200);
    const { rows } = await test.database.owner.query(
      'SELECT key_expires_at - key_created_at AS lifetime FROM public.operators WHERE id = $1',
      [id],
    );
    expect(rows).toEqual([{ lifetime: expect.objectContaining({ hours: 1 }) }]);
  });

  it('is accepted again after PATCH with another end, which is recorded', async () => {
    const { id, accessKey } = await registerOperator(test);
    const keyExpiresAt = new Date(Date.now() + 60_000).toISOString();
    const { answer, records } = await audited(test, 'patch', `/admin/operators/${id}`, {
      body: { keyExpiresAt },
    });
    expect(answer.body.keyExpiresAt).toBe(keyExpiresAt);
    expect(records).toMatchObject([
      { action: 'operator.updated', changes: { keyExpiresAt: { from: null, to: expect.any(String) } } },
    ]);
    expect((await patch(id, { keyExpiresAt: null })).body.keyExpiresAt).toBeNull();
    expect((await me(accessKey)).status).toBe(200);
  });

  it('is accepted only from its networks', async () => {
    const { id, operator, accessKey } = await registerOperator(test, { allowedNetworks: ['203.0.113.7/24'] });
    expect(operator.allowedNetworks).toEqual(['203.0.113.0/24']);
    for (const path of ['/me', '/jobs', '/audit-log']) {
      const refused = await call(test, 'get', path, { key: accessKey });
      expect(refused.body).toMatchObject({ status: 403, code: 'network-forbidden' });
    }
    const { records } = await audited(test, 'patch', `/admin/operators/${id}`, {
      body: { allowedNetworks: ['127.0.0.0/8', '::1/128'] },
    });
    expect(records).toMatchObject([
      {
        action: 'operator.updated',
        changes: { allowedNetworks: { from: ['203.0.113.0/24'], to: ['127.0.0.0/8', '::1'] } },
      },
    ]);
    expect((await me(accessKey)).status).toBe(200);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Coordinator } from '../../src/coordinators/coordinator.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { audited, membersAtFault } from '../support/audited.js';
import {
  admin,
  call,
  issueKey,
  listen,
  registerCoordinator,
  registerWorkspace,
} from '../support/registry.js';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

const post = (body: object) => call(test, 'post', '/admin/coordinators', { key: test.adminKey, body });
const patch = (id: string, body: object) =>
  call(test, 'patch', `/admin/coordinators/${id}`, { key: test.adminKey, body });
const find = (id: string) => admin<Coordinator>(test, 'get', `/admin/coordinators/${id}`);
const listJobs = (key: string) => call(test, 'get', '/coordinator/jobs', { key });

describe('PATCH /admin/coordinators/:id', () => {
  it('changes each field by itself, with one record each', async () => {
    const { id } = await registerCoordinator(test, { workspaceIds: [] });
    const { id: workspaceId } = await registerWorkspace(test);
    const name = randomUUID();
    let expected = await find(id);
    const steps: [body: Partial<Coordinator>, action: string][] = [
      [{ name }, 'coordinator.updated'],
      [{ permissions: ['jobs:read'] }, 'coordinator.updated'],
      [{ rateLimitPerMinute: 7 }, 'coordinator.updated'],
      [{ allowedNetworks: ['10.0.0.0/8'] }, 'coordinator.updated'],
      [{ workspaceIds: [workspaceId] }, 'coordinator.updated'],
      [{ workspaceIds: [] }, 'coordinator.updated'],
      [{ status: 'SUSPENDED' }, 'coordinator.suspended'],
      [{ status: 'ACTIVE' }, 'coordinator.activated'],
      [{ allowedNetworks: [] }, 'coordinator.updated'],
    ];
    for (const [body, action] of steps) {
      const { answer, records } = await audited(test, 'patch', `/admin/coordinators/${id}`, { body });
      expect(answer.status).toBe(200);
      expected = { ...expected, ...body, updatedAt: answer.body.updatedAt };
      expect(answer.body).toEqual(expected);
      expect(records.map((it) => [it.action, Object.keys(it.changes ?? {})])).toEqual([
        [action, Object.keys(body)],
      ]);
    }
    expect(await find(id)).toEqual(expected);
  });

  it.each([
    ['nothing', () => ({})],
    ['the current values', ({ id: _, createdAt: __, updatedAt: ___, ...rest }: Coordinator) => rest],
    [
      'the same sets in another order',
      ({ workspaceIds, permissions, allowedNetworks }: Coordinator) => ({
        workspaceIds: workspaceIds.toReversed(),
        permissions: permissions.toReversed(),
        allowedNetworks: [...allowedNetworks.toReversed(), ...allowedNetworks],
      }),
    ],
  ])('writes nothing for %s', async (_, body) => {
    const workspaceIds = [(await registerWorkspace(test)).id, (await registerWorkspace(test)).id];
    const { id } = await registerCoordinator(test, { workspaceIds, allowedNetworks: ['10.0.0.0/8', '::/0'] });
    const before = await find(id);
    const { answer, records } = await audited(test, 'patch', `/admin/coordinators/${id}`, {
      body: body(before),
    });
    expect(answer.body).toEqual(before);
    expect(records).toEqual([]);
  });

  it.each([
    [{ name: null }, 'name'],
    [{ status: 'DELETED' }, 'status'],
    [{ status: null }, 'status'],
    [{ permissions: [] }, 'permissions'],
    [{ rateLimitPerMinute: null }, 'rateLimitPerMinute'],
    [{ allowedNetworks: null }, 'allowedNetworks'],
    [{ workspaceIds: null }, 'workspaceIds'],
    [{ workspaceIds: [UNKNOWN] }, 'workspaceIds'],
    [{ keyExpiresAt: '2090-01-01T00:00:00Z' }, 'keyExpiresAt'],
  ])('answers 400 for %j', async (body, member) => {
    const { id } = await registerCoordinator(test, { workspaceIds: [] });
    const answer = await patch(id, body);
    expect(answer.status).toBe(400);
    expect(membersAtFault(answer)).toEqual([member]);
  });

  it('answers 409 for the name of another coordinator, and changes nothing', async () => {
    const { name } = await registerCoordinator(test, { workspaceIds: [] });
    const { id } = await registerCoordinator(test);
    const before = await find(id);
    expect((await patch(id, { name, workspaceIds: [] })).body).toMatchObject({
      status: 409,
      member: 'name',
      values: [name],
    });
    expect(await find(id)).toEqual(before);
  });

  it('stores one of two complete sets of workspaces after simultaneous changes', async () => {
    const ids = await Promise.all(Array.from({ length: 4 }, async () => (await registerWorkspace(test)).id));
    const { id } = await registerCoordinator(test, { workspaceIds: [] });
    const sets = [ids.slice(0, 2).sort(), ids.slice(2).sort()];
    for (let round = 0; round < 10; round += 1) {
      const answers = await Promise.all(sets.map((workspaceIds) => patch(id, { workspaceIds })));
      expect(answers.map((it) => it.status)).toEqual([200, 200]);
      expect(sets).toContainEqual((await find(id)).workspaceIds);
    }
  });
});

describe('DELETE /admin/coordinators/:id', () => {
  it('hides the coordinator and revokes all its keys; a repeat answers 204', async () => {
    const { id, apiKey, key } = await registerCoordinator(test);
    const further = await issueKey(test, id);
    expect((await listJobs(apiKey)).status).toBe(200);
    const { answer, records } = await audited(test, 'delete', `/admin/coordinators/${id}`);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(records.map((it) => [it.action, it.resourceId])).toEqual([
      ...['coordinator-key.revoked', 'coordinator-key.revoked'].map((it) => [it, expect.any(String)]),
      ['coordinator.deleted', id],
    ]);
    expect(
      records
        .slice(0, 2)
        .map((it) => it.resourceId)
        .sort(),
    ).toEqual([key.id, further.key.id].sort());
    for (const text of [apiKey, further.apiKey]) {
      expect((await listJobs(text)).body).toMatchObject({ status: 401, code: 'key-revoked' });
    }

    const again = await audited(test, 'delete', `/admin/coordinators/${id}`);
    expect([again.answer.status, again.records]).toEqual([204, []]);
    const { items } = await admin<{ items: Coordinator[] }>(test, 'get', '/admin/coordinators?limit=100');
    expect(items.map((it) => it.id)).not.toContain(id);
    for (const [method, path, body] of [
      ['get', ''],
      ['patch', '', { status: 'ACTIVE' }],
      ['get', '/keys'],
      ['post', '/keys', {}],
      ['post', `/keys/${key.id}/rotate`, {}],
      ['delete', `/keys/${key.id}`],
    ] as const) {
      const gone = await call(test, method, `/admin/coordinators/${id}${path}`, {
        key: test.adminKey,
        ...(body !== undefined && { body }),
      });
      expect([method, path, gone.status, gone.body.code]).toEqual([method, path, 404, 'not-found']);
    }
  });

  it('frees the name, and keeps the audit records', async () => {
    const { id, name } = await registerCoordinator(test, { workspaceIds: [] });
    await admin(test, 'delete', `/admin/coordinators/${id}`);
    expect((await post({ name, workspaceIds: [] })).status).toBe(201);
    const { items } = await admin<{ items: { action: string }[] }>(
      test,
      'get',
      `/audit-log?resourceId=${id}`,
    );
    expect(items.map((it) => it.action)).toEqual(['coordinator.deleted', 'coordinator.registered']);
  });

  it('leaves no valid key that was issued at the same moment', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { id } = await registerCoordinator(test, { workspaceIds: [] });
      await Promise.all([
        ...Array.from({ length: 4 }, () =>
          call(test, 'post', `/admin/coordinators/${id}/keys`, { key: test.adminKey, body: {} }),
        ),
        admin(test, 'delete', `/admin/coordinators/${id}`),
      ]);
      const { rows } = await test.database.owner.query(
        'SELECT id FROM public.coordinator_keys WHERE coordinator_id = $1 AND revoked_at IS NULL',
        [id],
      );
      expect(rows).toEqual([]);
    }
  });
});

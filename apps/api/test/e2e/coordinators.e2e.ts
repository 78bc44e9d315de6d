import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Coordinator } from '../../src/coordinators/coordinator.js';
import { parseKey } from '../../src/keys/key.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { audited, membersAtFault } from '../support/audited.js';
import {
  admin,
  call,
  everyPage,
  issueKey,
  listen,
  registerCoordinator,
  registerWorkspace,
  writeAsSystem,
} from '../support/registry.js';

const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const ALL = ['jobs:read', 'jobs:write', 'stitcher:dispatch'];

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp({ rateLimitPerMinute: 123 });
  await listen(test);
}, 90_000);

afterAll(() => test?.close(), 60_000);

const post = (body: object | string) =>
  call(test, 'post', '/admin/coordinators', { key: test.adminKey, body });
const patch = (id: string, body: object | string) =>
  call(test, 'patch', `/admin/coordinators/${id}`, { key: test.adminKey, body });
const find = (id: string) => admin<Coordinator>(test, 'get', `/admin/coordinators/${id}`);
const listJobs = (key: string) => call(test, 'get', '/coordinator/jobs', { key });

describe('POST /admin/coordinators', () => {
  it('registers with everything left out that may be, and shows the key once', async () => {
    const name = randomUUID();
    const answer = await post({ name, workspaceIds: [] });
    expect(answer.status).toBe(201);
    expect(answer.headers['cache-control']).toBe('no-store');
    const { coordinator, key, apiKey, ...rest } = answer.body;
    expect(rest).toEqual({});
    const parsed = parseKey(apiKey);
    expect(parsed?.prefix).toBe('crk_');
    expect(coordinator).toEqual({
      id: expect.any(String),
      name,
      status: 'ACTIVE',
      permissions: ALL,
      rateLimitPerMinute: 123,
      allowedNetworks: [],
      workspaceIds: [],
      createdAt: expect.stringMatching(TIME),
      updatedAt: coordinator.createdAt,
    });
    expect(key).toEqual({
      id: expect.any(String),
      coordinatorId: coordinator.id,
      kid: parsed?.kid,
      prefix: `crk_${parsed?.kid}_`,
      name: null,
      environment: false,
      state: 'ACTIVE',
      createdAt: expect.stringMatching(TIME),
      expiresAt: null,
      rotatedAt: null,
      revokedAt: null,
      lastUsedAt: null,
      predecessorId: null,
    });
    expect((await listJobs(apiKey)).status).toBe(200);
    expect(await find(coordinator.id)).toEqual(coordinator);
  });

  it('takes everything that may be said, each once and in order', async () => {
    const [first, second] = [await registerWorkspace(test), await registerWorkspace(test)]
      .map((it) => it.id)
      .sort();
    const keyExpiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const answer = await post({
      name: randomUUID(),
      workspaceIds: [second, first?.toUpperCase(), second],
      permissions: ['jobs:write', 'jobs:read', 'jobs:read'],
      rateLimitPerMinute: 10_000_000,
      allowedNetworks: ['10.1.2.3/8', '10.0.0.0/8', '2001:DB8::1/32', '192.0.2.7'],
      keyExpiresAt,
    });
    expect(answer.status).toBe(201);
    expect(answer.body.key.expiresAt).toBe(keyExpiresAt);
    expect(answer.body.coordinator).toMatchObject({
      workspaceIds: [first, second],
      permissions: ['jobs:read', 'jobs:write'],
      rateLimitPerMinute: 10_000_000,
      allowedNetworks: ['10.0.0.0/8', '192.0.2.7/32', '2001:db8::/32'],
    });
    expect(await find(answer.body.coordinator.id)).toEqual(answer.body.coordinator);
  });

  it('writes a record for the coordinator, for its key, and for each workspace', async () => {
    const { id: workspaceId } = await registerWorkspace(test);
    const { answer, records } = await audited(test, 'post', '/admin/coordinators', {
      body: { name: randomUUID(), workspaceIds: [workspaceId] },
    });
    const { coordinator, key, apiKey } = answer.body;
    expect(records).toEqual([
      expect.objectContaining({
        action: 'coordinator-key.issued',
        resourceType: 'coordinator-key',
        resourceId: key.id,
      }),
      expect.objectContaining({
        action: 'coordinator.registered',
        actorType: 'OPERATOR',
        actorName: 'test admin',
        resourceType: 'coordinator',
        resourceId: coordinator.id,
        changes: {
          name: { from: null, to: coordinator.name },
          status: { from: null, to: 'ACTIVE' },
          permissions: { from: null, to: ALL },
          rateLimitPerMinute: { from: null, to: 123 },
          allowedNetworks: { from: null, to: [] },
        },
      }),
      expect.objectContaining({
        action: 'coordinator.updated',
        workspaceId,
        resourceId: coordinator.id,
        changes: { workspaceIds: { from: null, to: workspaceId } },
      }),
    ]);
    const text = JSON.stringify(records);
    expect(text).not.toContain(parseKey(apiKey)?.secret);
    expect(text).not.toContain('argon2');
  });

  it.each([
    ['no name', { workspaceIds: [] }, 'name'],
    ['no workspaces', { name: 'x' }, 'workspaceIds'],
    ['null workspaces', { name: 'x', workspaceIds: null }, 'workspaceIds'],
    ['unknown workspaces', { name: 'x', workspaceIds: [UNKNOWN] }, 'workspaceIds'],
    ['workspaces that are no UUIDs', { name: 'x', workspaceIds: [7] }, 'workspaceIds'],
    ['no permissions', { name: 'x', workspaceIds: [], permissions: [] }, 'permissions'],
    [
      "an operator's permission",
      { name: 'x', workspaceIds: [], permissions: ['system:admin'] },
      'permissions',
    ],
    ['null permissions', { name: 'x', workspaceIds: [], permissions: null }, 'permissions'],
    ['a limit of 0', { name: 'x', workspaceIds: [], rateLimitPerMinute: 0 }, 'rateLimitPerMinute'],
    [
      'a limit of 10,000,001',
      { name: 'x', workspaceIds: [], rateLimitPerMinute: 10_000_001 },
      'rateLimitPerMinute',
    ],
    [
      'a limit with a fraction',
      { name: 'x', workspaceIds: [], rateLimitPerMinute: 1.5 },
      'rateLimitPerMinute',
    ],
    ['a limit in quotes', { name: 'x', workspaceIds: [], rateLimitPerMinute: '100' }, 'rateLimitPerMinute'],
    [
      'a name for a network',
      { name: 'x', workspaceIds: [], allowedNetworks: ['localhost'] },
      'allowedNetworks',
    ],
    [
      'a prefix that is too long',
      { name: 'x', workspaceIds: [], allowedNetworks: ['10.0.0.0/33'] },
      'allowedNetworks',
    ],
    [
      'an end in the past',
      { name: 'x', workspaceIds: [], keyExpiresAt: '2020-01-01T00:00:00Z' },
      'keyExpiresAt',
    ],
    [
      'an end without an offset',
      { name: 'x', workspaceIds: [], keyExpiresAt: '2090-01-01T00:00:00' },
      'keyExpiresAt',
    ],
    ['a null end', { name: 'x', workspaceIds: [], keyExpiresAt: null }, 'keyExpiresAt'],
    ['a key of its own', { name: 'x', workspaceIds: [], apiKey: 'secret' }, 'apiKey'],
    ['a status', { name: 'x', workspaceIds: [], status: 'ACTIVE' }, 'status'],
  ])('refuses %s', async (_, body, member) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(membersAtFault(answer)).toEqual([member]);
  });

  it('refuses a body that is none', async () => {
    expect((await post('{')).body).toMatchObject({ status: 400, code: 'malformed-json' });
    expect((await post('null')).body).toMatchObject({ status: 400, code: 'invalid-request' });
    const none = await call(test, 'post', '/admin/coordinators', { key: test.adminKey });
    expect(none.body).toMatchObject({ status: 400, code: 'invalid-request' });
  });

  it('gives a name to one of those who ask for it at once', async () => {
    const name = randomUUID();
    const answers = await Promise.all(Array.from({ length: 6 }, () => post({ name, workspaceIds: [] })));
    expect(answers.map((it) => it.status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
    const losers = answers.filter((it) => it.status === 409);
    for (const { body } of losers)
      expect(body).toMatchObject({ code: 'already-exists', member: 'name', values: [name] });
  });
});

describe('GET /admin/coordinators', () => {
  it('pages through all of them, newest first, without the deleted', async () => {
    await writeAsSystem(
      test,
      `INSERT INTO public.coordinators (name, status, permissions, rate_limit_per_minute, created_at)
       SELECT 'paged-' || n, CASE WHEN n > 110 THEN 'DELETED' ELSE 'ACTIVE' END::public.coordinator_status, '{jobs:read}', 1,
         timestamptz '2020-01-01 00:00:00Z' + interval '1 second' * (n / 10)
       FROM ctx, generate_series(1, 120) AS n WHERE ctx.ready`,
    );
    const { workspaceIds } = await registerCoordinator(test);
    const seen = await everyPage<Coordinator>(test, '/admin/coordinators', 25);
    expect(new Set(seen.map((it) => it.id)).size).toBe(seen.length);
    expect(seen.filter((it) => it.name.startsWith('paged-'))).toHaveLength(110);
    expect(seen[0]?.workspaceIds).toEqual(workspaceIds);
    const times = seen.map((it) => it.createdAt);
    expect(times).toEqual([...times].sort().reverse());
  });
});

describe('PATCH /admin/coordinators/:id', () => {
  it('changes each member alone, with one record each', async () => {
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
    ['what is so already', ({ id: _, createdAt: __, updatedAt: ___, ...rest }: Coordinator) => rest],
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
  ])('refuses %j', async (body, member) => {
    const { id } = await registerCoordinator(test, { workspaceIds: [] });
    const answer = await patch(id, body);
    expect(answer.status).toBe(400);
    expect(membersAtFault(answer)).toEqual([member]);
  });

  it('refuses the name of another, and then changes nothing', async () => {
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

  it('leaves a whole set of workspaces behind when two replace it at once', async () => {
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
  it('hides the coordinator and kills all its keys; again → 204', async () => {
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

  it('gives the name back, and keeps the trail', async () => {
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

  it('leaves no key alive that was issued at that moment', async () => {
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

it.each([
  ['get', ''],
  ['patch', ''],
  ['delete', ''],
  ['get', '/keys'],
  ['post', '/keys'],
  ['post', `/keys/${UNKNOWN}/rotate`],
  ['delete', `/keys/${UNKNOWN}`],
] as const)('%s of an unknown coordinator%s is 404', async (method, path) => {
  const answer = await call(test, method, `/admin/coordinators/${UNKNOWN}${path}`, {
    key: test.adminKey,
    ...(method === 'patch' && { body: { name: 'x', workspaceIds: [] } }),
  });
  expect(answer.body).toMatchObject({ status: 404, code: 'not-found' });
});

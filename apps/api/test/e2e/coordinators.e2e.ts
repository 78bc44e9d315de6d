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
});

afterAll(() => test?.close());

const post = (body: object | string) =>
  call(test, 'post', '/admin/coordinators', { key: test.adminKey, body });
const find = (id: string) => admin<Coordinator>(test, 'get', `/admin/coordinators/${id}`);
const listJobs = (key: string) => call(test, 'get', '/coordinator/jobs', { key });

describe('POST /admin/coordinators', () => {
  it('uses the defaults for optional fields, and returns the key once', async () => {
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
      maxRunning: null,
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

  it('accepts every field, and stores sets without duplicates and in order', async () => {
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
    ['workspaces without UUIDs', { name: 'x', workspaceIds: [7] }, 'workspaceIds'],
    ['no permissions', { name: 'x', workspaceIds: [], permissions: [] }, 'permissions'],
    [
      "an operator's permission",
      { name: 'x', workspaceIds: [], permissions: ['system:admin'] },
      'permissions',
    ],
    ['null permissions', { name: 'x', workspaceIds: [], permissions: null }, 'permissions'],
    ['a rate limit of 0', { name: 'x', workspaceIds: [], rateLimitPerMinute: 0 }, 'rateLimitPerMinute'],
    [
      'a rate limit of 10,000,001',
      { name: 'x', workspaceIds: [], rateLimitPerMinute: 10_000_001 },
      'rateLimitPerMinute',
    ],
    [
      'a fractional rate limit',
      { name: 'x', workspaceIds: [], rateLimitPerMinute: 1.5 },
      'rateLimitPerMinute',
    ],
    [
      'a rate limit as a string',
      { name: 'x', workspaceIds: [], rateLimitPerMinute: '100' },
      'rateLimitPerMinute',
    ],
    [
      'a name in place of a network',
      { name: 'x', workspaceIds: [], allowedNetworks: ['localhost'] },
      'allowedNetworks',
    ],
    [
      'a network prefix that is too long',
      { name: 'x', workspaceIds: [], allowedNetworks: ['10.0.0.0/33'] },
      'allowedNetworks',
    ],
    [
      'a keyExpiresAt in the past',
      { name: 'x', workspaceIds: [], keyExpiresAt: '2020-01-01T00:00:00Z' },
      'keyExpiresAt',
    ],
    [
      'a keyExpiresAt without an offset',
      { name: 'x', workspaceIds: [], keyExpiresAt: '2090-01-01T00:00:00' },
      'keyExpiresAt',
    ],
    ['a null keyExpiresAt', { name: 'x', workspaceIds: [], keyExpiresAt: null }, 'keyExpiresAt'],
    ['an apiKey from the caller', { name: 'x', workspaceIds: [], apiKey: 'secret' }, 'apiKey'],
    ['a status', { name: 'x', workspaceIds: [], status: 'ACTIVE' }, 'status'],
  ])('answers 400 for %s', async (_, body, member) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(membersAtFault(answer)).toEqual([member]);
  });

  it('answers 400 for a malformed, null or missing body', async () => {
    expect((await post('{')).body).toMatchObject({ status: 400, code: 'malformed-json' });
    expect((await post('null')).body).toMatchObject({ status: 400, code: 'invalid-request' });
    const none = await call(test, 'post', '/admin/coordinators', { key: test.adminKey });
    expect(none.body).toMatchObject({ status: 400, code: 'invalid-request' });
  });

  it('creates one coordinator for simultaneous requests with the same name; the others get 409', async () => {
    const name = randomUUID();
    const answers = await Promise.all(Array.from({ length: 6 }, () => post({ name, workspaceIds: [] })));
    expect(answers.map((it) => it.status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
    const losers = answers.filter((it) => it.status === 409);
    for (const { body } of losers)
      expect(body).toMatchObject({ code: 'already-exists', member: 'name', values: [name] });
  });
});

describe('GET /admin/coordinators', () => {
  it('returns all coordinators in pages, newest first, without deleted ones', async () => {
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

it.each([
  ['get', ''],
  ['patch', ''],
  ['delete', ''],
  ['get', '/keys'],
  ['post', '/keys'],
  ['post', `/keys/${UNKNOWN}/rotate`],
  ['delete', `/keys/${UNKNOWN}`],
] as const)('%s of an unknown coordinator%s answers 404', async (method, path) => {
  const answer = await call(test, method, `/admin/coordinators/${UNKNOWN}${path}`, {
    key: test.adminKey,
    ...(method === 'patch' && { body: { name: 'x', workspaceIds: [] } }),
  });
  expect(answer.body).toMatchObject({ status: 404, code: 'not-found' });
});

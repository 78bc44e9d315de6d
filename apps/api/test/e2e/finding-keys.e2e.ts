import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { KeyUseRecorder } from '../../src/coordinators/authentication/key-use-recorder.js';
import type { CoordinatorKey } from '../../src/coordinators/coordinator-key.js';
import { EndingKeysMetric } from '../../src/coordinators/keys/ending-keys-metric.js';
import { startServer, startTestApp, type TestApp } from '../support/app.js';
import { membersAtFault } from '../support/audited.js';
import {
  admin,
  call,
  everyPage,
  expireKey,
  issueKey,
  kidOf,
  listen,
  registerCoordinator,
  registerOperator,
  registerWorkspace,
  type TestCoordinator,
} from '../support/registry.js';
import { inMs, keyRequests } from './coordinator-keys-fixture.js';

const DAY_MS = 86_400_000;

let test: TestApp;
let one: TestCoordinator;
let other: TestCoordinator;
let expired: CoordinatorKey;
let revoked: CoordinatorKey;
let soon: CoordinatorKey;

const { listJobs, revoke } = keyRequests(() => test);

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  one = await registerCoordinator(test);
  other = await registerCoordinator(test);
  expired = (await issueKey(test, one.id)).key;
  await expireKey(test, expired.id);
  revoked = (await issueKey(test, other.id)).key;
  await revoke(other.id, revoked.id);
  soon = (await issueKey(test, other.id, { expiresAt: inMs(3 * DAY_MS) })).key;
});

afterAll(() => test?.close());

const list = (query: string) => call(test, 'get', `/admin/keys?${query}`, { key: test.adminKey });
async function idsOf(query: string): Promise<string[]> {
  const { items } = await admin<{ items: CoordinatorKey[] }>(test, 'get', `/admin/keys?limit=100&${query}`);
  return items.map(({ id }) => id);
}

describe('GET /admin/keys', () => {
  it('returns the keys of all coordinators, newest first, page by page', async () => {
    const all = [soon, revoked, expired, other.key, one.key].map(({ id }) => id);
    expect(await idsOf('')).toEqual(all);
    const paged = await everyPage<CoordinatorKey>(test, '/admin/keys', 2);
    expect(paged.map(({ id }) => id)).toEqual(all);
    const { body } = await call(test, 'get', `/admin/coordinators/${other.id}/keys`, { key: test.adminKey });
    expect((await list(`kid=${soon.kid}`)).body.items).toEqual([
      { ...body.items[0], coordinatorName: other.name },
    ]);
  });

  it('filters by kid', async () => {
    expect(await idsOf(`kid=${kidOf(one.apiKey)}`)).toEqual([one.key.id]);
    expect(await idsOf(`kid=${kidOf(one.apiKey)}&state=REVOKED`)).toEqual([]);
    expect(await idsOf(`kid=${'0'.repeat(16)}`)).toEqual([]);
  });

  it('filters by state', async () => {
    expect(await idsOf('state=ACTIVE')).toEqual([soon.id, other.key.id, one.key.id]);
    expect(await idsOf('state=EXPIRED')).toEqual([expired.id]);
    expect(await idsOf('state=REVOKED')).toEqual([revoked.id]);
  });

  it('filters by expiringBefore', async () => {
    expect(await idsOf(`expiringBefore=${inMs(4 * DAY_MS)}`)).toEqual([soon.id, expired.id]);
    expect(await idsOf(`expiringBefore=${inMs(2 * DAY_MS)}`)).toEqual([expired.id]);
    expect(await idsOf(`expiringBefore=${inMs(4 * DAY_MS)}&state=ACTIVE`)).toEqual([soon.id]);
    expect(await idsOf(`expiringBefore=${soon.expiresAt}&state=ACTIVE`)).toEqual([]);
  });

  it('filters by unusedSince: issued before, and not used at or after that time', async () => {
    const used = await registerCoordinator(test);
    const unused = await registerCoordinator(test);
    expect((await listJobs(used.apiKey)).status).toBe(200);
    await test.app.get(KeyUseRecorder, { strict: false }).write();
    const { items } = await admin<{ items: CoordinatorKey[] }>(
      test,
      'get',
      `/admin/keys?kid=${used.key.kid}`,
    );
    const lastUsedAt = items[0]?.lastUsedAt ?? '';
    const just = new Date(Date.parse(lastUsedAt) + 1).toISOString();
    expect(await idsOf(`unusedSince=${lastUsedAt}`)).not.toContain(used.key.id);
    expect(await idsOf(`unusedSince=${just}`)).toContain(used.key.id);
    expect(await idsOf(`unusedSince=${inMs(60_000)}`)).toContain(unused.key.id);
    expect(await idsOf(`unusedSince=${unused.key.createdAt}`)).not.toContain(unused.key.id);
  });

  it('includes the keys of deleted coordinators', async () => {
    const gone = await registerCoordinator(test);
    await admin(test, 'delete', `/admin/coordinators/${gone.id}`);
    expect((await list(`kid=${gone.key.kid}`)).body.items).toMatchObject([
      { id: gone.key.id, coordinatorId: gone.id, state: 'REVOKED' },
    ]);
  });

  it.each([
    ['kid=short', 'kid'],
    [`kid=${'-'.repeat(16)}`, 'kid'],
    [`kid=crk_${'0'.repeat(16)}`, 'kid'],
    ['state=active', 'state'],
    ['expiringBefore=tomorrow', 'expiringBefore'],
    ['unusedSince=2026-01-01', 'unusedSince'],
    ['limit=101', 'limit'],
    ['cursor=nonsense', 'cursor'],
    ['name=x', 'name'],
  ])('answers 400 for %s', async (query, member) => {
    const answer = await list(query);
    expect([answer.status, membersAtFault(answer)]).toEqual([400, [member]]);
  });

  it('is for administrators', async () => {
    const { accessKey } = await registerOperator(test);
    const answer = await call(test, 'get', '/admin/keys', { key: accessKey });
    expect([answer.status, answer.body.code]).toEqual([403, 'permission-missing']);
  });
});

describe('lists by a unique name', () => {
  it('return the one workspace, coordinator or operator, or nothing', async () => {
    const workspace = await registerWorkspace(test, { slug: 'acme-shop' });
    const coordinator = await registerCoordinator(test, { name: 'Orchestrator & Söhne' });
    const operator = await registerOperator(test, { name: 'Ada' });
    const itemsOf = async (path: string) =>
      (await admin<{ items: { id: string }[] }>(test, 'get', path)).items.map(({ id }) => id);
    expect(await itemsOf('/admin/workspaces?slug=acme-shop')).toEqual([workspace.id]);
    const name = encodeURIComponent(coordinator.name);
    expect(await itemsOf(`/admin/coordinators?name=${name}`)).toEqual([coordinator.id]);
    expect(await itemsOf('/admin/operators?name=Ada')).toEqual([operator.id]);
    for (const path of ['workspaces?slug=acme', 'coordinators?name=Orchestrator', 'operators?name=ada']) {
      expect(await itemsOf(`/admin/${path}`)).toEqual([]);
    }
    await admin(test, 'delete', `/admin/coordinators/${coordinator.id}`);
    expect(await itemsOf(`/admin/coordinators?name=${name}`)).toEqual([]);
  });

  it.each([
    ['workspaces?slug=No-Slug', 'slug'],
    ['coordinators?name=', 'name'],
    ['operators?name=', 'name'],
    ['operators?slug=ada', 'slug'],
  ])('answer 400 for %s', async (query, member) => {
    const answer = await call(test, 'get', `/admin/${query}`, { key: test.adminKey });
    expect([answer.status, membersAtFault(answer)]).toEqual([400, [member]]);
  });
});

describe('the metric coordinator_keys_ending', () => {
  it('counts active keys that end within 14 days, with and without a live successor', async () => {
    const own = await startTestApp();
    try {
      const count = async () => {
        const server = await startServer(own.database.apiUrl);
        try {
          await server.get(EndingKeysMetric, { strict: false }).count();
          const { text } = await supertest(server.getHttpServer()).get('/metrics');
          return ['true', 'false'].map((it) =>
            Number(new RegExp(`^coordinator_keys_ending\\{rotated="${it}"\\} (\\d+)$`, 'm').exec(text)?.[1]),
          );
        } finally {
          await server.close();
        }
      };
      const register = (keyExpiresAt?: string) =>
        registerCoordinator(own, keyExpiresAt === undefined ? {} : { keyExpiresAt });
      expect(await count()).toEqual([0, 0]);
      await register();
      await register(inMs(15 * DAY_MS));
      await register(inMs(13 * DAY_MS));
      const ended = await register(inMs(13 * DAY_MS));
      await admin(own, 'delete', `/admin/coordinators/${ended.id}/keys/${ended.key.id}`);
      const replaced = await register();
      await admin(own, 'post', `/admin/coordinators/${replaced.id}/keys/${replaced.key.id}/rotate`);
      expect(await count()).toEqual([1, 1]);
    } finally {
      await own.close();
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ListedCoordinator } from '../../src/coordinators/coordinator.js';
import type { FoundKey } from '../../src/coordinators/coordinator-key.js';
import { startTestApp, type TestApp } from '../support/app.js';
import {
  admin,
  call,
  issueKey,
  listen,
  registerCoordinator,
  registerOperator,
  registerWorkspace,
  startJob,
  succeed,
} from '../support/registry.js';

/* What the lists of the console show and search beyond the names. */

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

async function itemsOf<Item extends { id: string }>(path: string): Promise<Item[]> {
  return succeed<{ items: Item[] }>(await call(test, 'get', path, { key: test.adminKey })).items;
}

const idsOf = async (path: string) => (await itemsOf(path)).map(({ id }) => id);

describe('GET /admin/coordinators', () => {
  it('shows live keys, the next end, the last use and running jobs', async () => {
    const expiresAt = '2099-01-01T00:00:00.000Z';
    const coordinator = await registerCoordinator(test, { name: 'Lynx one' });
    const listed = async () => (await itemsOf<ListedCoordinator>('/admin/coordinators?name=Lynx%20one'))[0];
    expect(await listed()).toMatchObject({
      id: coordinator.id,
      liveKeys: 1,
      nextKeyExpiresAt: null,
      lastUsedAt: null,
      running: 0,
    });
    const { key } = await issueKey(test, coordinator.id, { expiresAt });
    await issueKey(test, coordinator.id, { expiresAt: '2100-01-01T00:00:00.000Z' });
    await startJob(test, coordinator);
    const usedAt = '2026-11-24T12:00:00.000Z';
    await test.database.owner.query(
      'INSERT INTO public.coordinator_key_uses (key_id, last_used_at) VALUES ($1, $2)',
      [key.id, usedAt],
    );
    expect(await listed()).toMatchObject({
      liveKeys: 3,
      nextKeyExpiresAt: expiresAt,
      lastUsedAt: usedAt,
      running: 1,
    });
    await admin(test, 'delete', `/admin/coordinators/${coordinator.id}/keys/${key.id}`);
    expect(await listed()).toMatchObject({ liveKeys: 2, nextKeyExpiresAt: '2100-01-01T00:00:00.000Z' });
  });

  it('searches by how the name begins, and by status', async () => {
    const active = await registerCoordinator(test, { name: 'Puma one' });
    const suspended = await registerCoordinator(test, { name: 'puma two' });
    await admin(test, 'patch', `/admin/coordinators/${suspended.id}`, { status: 'SUSPENDED' });
    expect(await idsOf('/admin/coordinators?search=PUMA')).toEqual([suspended.id, active.id]);
    expect(await idsOf('/admin/coordinators?search=puma&status=SUSPENDED')).toEqual([suspended.id]);
    expect(await idsOf('/admin/coordinators?search=puma&status=ACTIVE')).toEqual([active.id]);
    expect(await idsOf('/admin/coordinators?search=uma')).toEqual([]);
  });
});

it('GET /admin/workspaces searches by how slug or name begins', async () => {
  const { id } = await registerWorkspace(test, { slug: 'ibex', name: 'Capra' });
  for (const search of ['IB', 'cap']) expect(await idsOf(`/admin/workspaces?search=${search}`)).toEqual([id]);
  expect(await idsOf('/admin/workspaces?search=bex')).toEqual([]);
});

it('GET /admin/operators searches by how the name begins, and by role', async () => {
  const one = await registerOperator(test, { name: 'Otter one', role: 'AUDITOR' });
  const two = await registerOperator(test, { name: 'otter two' });
  expect(await idsOf('/admin/operators?search=OTTER')).toEqual([two.id, one.id]);
  expect(await idsOf('/admin/operators?search=otter&role=AUDITOR')).toEqual([one.id]);
  expect(await idsOf('/admin/operators?search=tter')).toEqual([]);
});

describe('GET /admin/keys', () => {
  it('finds the beginning of a kid, the keys of a coordinator, and those never used', async () => {
    const coordinator = await registerCoordinator(test);
    const { key } = await issueKey(test, coordinator.id);
    const { kid } = key;
    for (const prefix of [kid.slice(0, 6), kid]) {
      const [found] = await itemsOf<FoundKey>(`/admin/keys?kidPrefix=${prefix}`);
      expect(found).toEqual({ ...key, coordinatorName: coordinator.name });
    }
    const other = kid.slice(0, 5) + (kid[5] === 'a' ? 'b' : 'a');
    expect(await idsOf(`/admin/keys?kidPrefix=${other}`)).toEqual([]);
    const path = `/admin/keys?coordinatorId=${coordinator.id}`;
    expect(await idsOf(path)).toEqual([key.id, coordinator.key.id]);
    await test.database.owner.query(
      'INSERT INTO public.coordinator_key_uses (key_id, last_used_at) VALUES ($1, now())',
      [key.id],
    );
    expect(await idsOf(`${path}&unused=true`)).toEqual([coordinator.key.id]);
  });
});

it.each([
  '/admin/coordinators?search=',
  '/admin/coordinators?status=DELETED',
  '/admin/coordinators?status=ACTIVE&status=SUSPENDED',
  '/admin/operators?role=nobody',
  '/admin/keys?kidPrefix=abcde',
  '/admin/keys?kidPrefix=abcde_',
  '/admin/keys?unused=false',
  '/admin/keys?coordinatorId=x',
])('%s is refused', async (path) => {
  const { status, body } = await call(test, 'get', path, { key: test.adminKey });
  expect([status, body.code]).toEqual([400, 'invalid-request']);
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import {
  admin,
  call,
  createJob,
  listen,
  registerCoordinator,
  registerOperator,
  registerWorkspace,
  startJob,
  succeed,
} from '../support/registry.js';

/* What operators without system:admin see of workspaces and coordinators. */

interface Names {
  items: { id: string; name: string }[];
  nextCursor: string | null;
}

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

async function namesOf(path: string, key: string): Promise<Names['items']> {
  return succeed<Names>(await call(test, 'get', path, { key })).items;
}

const idsOf = async (path: string, key: string) => (await namesOf(path, key)).map(({ id }) => id);
const limitedTo = async (...workspaceIds: string[]) =>
  (await registerOperator(test, { role: 'AUDITOR', workspaceIds })).accessKey;

describe('GET /workspaces', () => {
  it('shows the workspaces of the operator, with how many jobs run and wait', async () => {
    const workspace = await registerWorkspace(test, { maxRunning: 7 });
    const coordinator = await registerCoordinator(test, { workspaceIds: [workspace.id] });
    await startJob(test, coordinator);
    await createJob(test, coordinator);
    await createJob(test, coordinator);
    const other = await registerWorkspace(test);
    const { id, slug, name, createdAt } = workspace;
    expect(await namesOf('/workspaces', await limitedTo(workspace.id))).toEqual([
      { id, slug, name, maxRunning: 7, running: 1, pending: 2, createdAt },
    ]);
    expect(await idsOf('/workspaces?limit=100', test.adminKey)).toEqual(
      expect.arrayContaining([id, other.id]),
    );
  });

  it('takes ids, of which it shows those in reach', async () => {
    const [one, two, three] = [
      await registerWorkspace(test),
      await registerWorkspace(test),
      await registerWorkspace(test),
    ];
    const key = await limitedTo(one.id, two.id);
    expect(await idsOf(`/workspaces?ids=${one.id},${three.id},${randomUUID()}`, key)).toEqual([one.id]);
    expect(await idsOf(`/workspaces?ids=${one.id},${three.id}`, test.adminKey)).toEqual([three.id, one.id]);
  });

  it('finds how a slug or a name begins, in upper or lower case, and no pattern', async () => {
    const { id } = await registerWorkspace(test, { slug: 'zebra-1', name: 'Quagga_%' });
    for (const search of ['zebra', 'ZEBRA-1', 'quag', 'Quagga_%']) {
      expect(await idsOf(`/workspaces?search=${encodeURIComponent(search)}`, test.adminKey)).toEqual([id]);
    }
    for (const search of ['ebra', 'z_bra', '%ebra', 'zebra-11']) {
      expect(await idsOf(`/workspaces?search=${encodeURIComponent(search)}`, test.adminKey)).toEqual([]);
    }
  });

  it('is paged', async () => {
    const ids = [];
    for (let at = 0; at < 3; at++) ids.unshift((await registerWorkspace(test)).id);
    const key = await limitedTo(...ids);
    const first = succeed<Names>(await call(test, 'get', '/workspaces?limit=2', { key }));
    const second = await namesOf(`/workspaces?limit=2&cursor=${first.nextCursor}`, key);
    expect([...first.items, ...second].map(({ id }) => id)).toEqual(ids);
  });
});

describe('GET /coordinators', () => {
  it('shows the coordinators that may touch a workspace of the operator, deleted ones too', async () => {
    const { id: workspaceId } = await registerWorkspace(test);
    const one = await registerCoordinator(test, { workspaceIds: [workspaceId] });
    const deleted = await registerCoordinator(test, { workspaceIds: [workspaceId] });
    await admin(test, 'delete', `/admin/coordinators/${deleted.id}`);
    const other = await registerCoordinator(test);
    expect(await namesOf('/coordinators', await limitedTo(workspaceId))).toEqual([
      { id: deleted.id, name: deleted.name, status: 'DELETED', createdAt: expect.any(String) },
      { id: one.id, name: one.name, status: 'ACTIVE', createdAt: expect.any(String) },
    ]);
    expect(await idsOf('/coordinators?limit=100', test.adminKey)).toEqual(
      expect.arrayContaining([deleted.id, one.id, other.id]),
    );
  });

  it('shows by id a coordinator that has acted in the workspace and may not any more', async () => {
    const [home, elsewhere] = [await registerWorkspace(test), await registerWorkspace(test)];
    const coordinator = await registerCoordinator(test, { workspaceIds: [home.id] });
    await createJob(test, coordinator);
    const key = await limitedTo(home.id);
    await admin(test, 'patch', `/admin/coordinators/${coordinator.id}`, { workspaceIds: [elsewhere.id] });
    expect(await idsOf('/coordinators', key)).toEqual([]);
    expect(await idsOf(`/coordinators?ids=${coordinator.id}`, key)).toEqual([coordinator.id]);
    expect(await idsOf(`/coordinators?ids=${coordinator.id}`, await limitedTo())).toEqual([]);
  });

  it('finds how a name begins', async () => {
    const { id } = await registerCoordinator(test, { name: 'Okapi one' });
    expect(await idsOf('/coordinators?search=okapi', test.adminKey)).toEqual([id]);
    expect(await idsOf('/coordinators?search=kapi', test.adminKey)).toEqual([]);
  });
});

describe.each(['/workspaces', '/coordinators'])('%s', (path) => {
  it.each([
    ['a malformed id', 'ids=nonsense'],
    ['an empty id', 'ids='],
    ['more than 100 ids', `ids=${Array.from({ length: 101 }, () => randomUUID()).join()}`],
    ['ids twice', `ids=${randomUUID()}&ids=${randomUUID()}`],
    ['an empty search', 'search='],
    ['a long search', `search=${'a'.repeat(201)}`],
  ])('refuses %s', async (_, query) => {
    const { status, body } = await call(test, 'get', `${path}?${query}`, { key: test.adminKey });
    expect([status, body.code]).toEqual([400, 'invalid-request']);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { call, registerCoordinator, registerOperator, registerWorkspace } from '../support/registry.js';
import { registerTenant, type Tenant } from '../support/route-cases.js';

let test: TestApp;
let home: Tenant;
let foreign: Tenant;

beforeAll(async () => {
  test = await startTestApp({ trustProxy: true });
  [home, foreign] = [await registerTenant(test), await registerTenant(test)];
});

afterAll(() => test?.close());

const create = (key: string, body: object) => call(test, 'post', '/coordinator/jobs', { key, body });
const asAdmin = (path: string, body: object) => call(test, 'post', path, { key: test.adminKey, body });

describe('a problem contains', () => {
  it('the missing permission', async () => {
    const { apiKey } = await registerCoordinator(test, { permissions: ['jobs:read'] });
    const { body } = await create(apiKey, { workspaceId: home.workspaceId, type: 'build' });
    expect(body).toMatchObject({
      code: 'permission-missing',
      permission: 'jobs:write',
      detail: 'The caller lacks the permission jobs:write.',
    });
  });

  it('the address that the server saw', async () => {
    const { apiKey } = await registerCoordinator(test, { allowedNetworks: ['203.0.113.0/24'] });
    const from = (address: string) =>
      call(test, 'get', '/coordinator/jobs', { key: apiKey, headers: { 'X-Forwarded-For': address } });
    expect((await from('198.51.100.7')).body).toMatchObject({
      code: 'network-forbidden',
      address: '198.51.100.7',
    });
    const unknown = (await from('_hidden')).body;
    expect(unknown.detail).toContain('the address of this request is unknown');
    expect(unknown).not.toHaveProperty('address');
  });

  it('the workspace of the request', async () => {
    const { workspaceId } = foreign;
    const { body } = await create(home.coordinator.apiKey, { workspaceId, type: 'build' });
    expect(body).toMatchObject({ code: 'workspace-forbidden', workspaceId });
  });

  it('the id of the object that already has the value', async () => {
    const { coordinator } = home;
    const named = await asAdmin('/admin/coordinators', { name: coordinator.name, workspaceIds: [] });
    expect(named.body).toMatchObject({ code: 'already-exists', existingId: coordinator.id });

    const { id: operatorId, operator } = await registerOperator(test);
    const twice = await asAdmin('/admin/operators', { name: operator.name, role: 'ADMIN' });
    expect(twice.body).toMatchObject({ code: 'already-exists', existingId: operatorId });

    const { id, slug } = await registerWorkspace(test);
    const fresh = { slug: `${slug}-2`, name: 'Another' };
    for (const taken of [
      { ...fresh, slug },
      { ...fresh, id },
    ]) {
      const { body } = await asAdmin('/admin/workspaces', taken);
      expect(body).toMatchObject({ code: 'already-exists', existingId: id });
    }
    const { body } = await asAdmin('/admin/workspaces', { ...fresh, repositories: [home.repository] });
    expect(body).toMatchObject({ code: 'already-exists', existingId: home.workspaceId });
  });

  it('an unknown field, and the known fields', async () => {
    const { body } = await create(home.coordinator.apiKey, { kind: 'build' });
    expect(body.errors).toEqual([
      { member: 'kind', message: expect.stringMatching(/^unknown field kind; allowed: .*workspaceId/) },
    ]);
  });

  it('one error for each field', async () => {
    const { body } = await create(home.coordinator.apiKey, { workspaceId: 7, type: 7 });
    expect(body.errors.map(({ member }: { member: string }) => member).sort()).toEqual([
      'type',
      'workspaceId',
    ]);
  });

  it('the kind of key that the route takes', async () => {
    const wrong = [
      await call(test, 'get', '/coordinator/jobs', { key: test.adminKey }),
      await call(test, 'get', '/jobs', { key: home.coordinator.apiKey }),
    ];
    expect(wrong.map(({ body }) => body.detail)).toEqual([
      "This route takes a coordinator's key (crk_…), not an operator's (cro_…).",
      "This route takes an operator's key (cro_…), not a coordinator's (crk_…).",
    ]);
  });
});

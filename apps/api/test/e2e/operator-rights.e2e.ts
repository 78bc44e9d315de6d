import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestApp } from '../support/app.js';
import {
  call,
  listen,
  registerCoordinator,
  registerOperator,
  type TestCoordinator,
  writeAsSystem,
} from '../support/registry.js';
import { registerTenant } from '../support/route-cases.js';
import { startTwoServers, type TwoServers } from './rights-fixture.js';

let servers: TwoServers;
let test: TestApp;

beforeAll(async () => {
  servers = await startTwoServers();
  test = servers.test;
  await listen(test);
});

afterAll(() => servers?.close());

describe('operator routes refuse the next request', () => {
  let coordinator: TestCoordinator;

  beforeAll(async () => {
    coordinator = await registerCoordinator(test);
  });

  const ROUTES: [method: 'get' | 'post' | 'patch' | 'delete', path: () => string, body?: object][] = [
    ['get', () => '/admin/coordinators'],
    ['get', () => `/admin/coordinators/${coordinator.id}`],
    ['post', () => '/admin/coordinators', { name: 'x', workspaceIds: [] }],
    ['patch', () => `/admin/coordinators/${coordinator.id}`, { name: 'renamed' }],
    ['delete', () => `/admin/coordinators/${coordinator.id}`],
    ['get', () => `/admin/coordinators/${coordinator.id}/keys`],
    ['post', () => `/admin/coordinators/${coordinator.id}/keys`, {}],
    ['post', () => `/admin/coordinators/${coordinator.id}/keys/${coordinator.key.id}/rotate`, {}],
    ['delete', () => `/admin/coordinators/${coordinator.id}/keys/${coordinator.key.id}`],
    ['get', () => '/admin/workspaces'],
    ['get', () => `/admin/workspaces/${coordinator.workspaceIds[0]}`],
    ['post', () => '/admin/workspaces', { slug: 'x', name: 'x' }],
    ['patch', () => `/admin/workspaces/${coordinator.workspaceIds[0]}`, { name: 'renamed' }],
    ['get', () => '/admin/operators'],
    ['post', () => '/admin/operators', { name: 'x', role: 'ADMIN' }],
    ['get', () => '/audit-log'],
    ['get', () => '/audit-log/00000000-0000-7000-8000-000000000000'],
  ];

  /** All that these routes could change, as one text. */
  async function registry(): Promise<string> {
    const { rows } = await test.database.owner.query<{ text: string }>(
      `SELECT pg_catalog.concat(
         (SELECT pg_catalog.json_agg(it ORDER BY it.id) FROM public.coordinators AS it),
         (SELECT pg_catalog.json_agg(it ORDER BY it.id) FROM public.coordinator_keys AS it),
         (SELECT pg_catalog.json_agg(it ORDER BY it.id) FROM public.workspaces AS it),
         (SELECT pg_catalog.json_agg(it ORDER BY it.id) FROM public.operators AS it)) AS text`,
    );
    return rows[0]?.text ?? '';
  }

  async function expectRefused(accessKey: string, status: number, code: string, paths = ROUTES) {
    const before = await registry();
    for (const [method, path, body] of paths) {
      const answer = await call(test, method, path(), {
        key: accessKey,
        ...(body !== undefined && { body }),
      });
      expect({ method, path: path(), status: answer.status, code: answer.body.code }).toEqual({
        method,
        path: path(),
        status,
        code,
      });
    }
    expect(await registry()).toBe(before);
  }

  /** An ADMIN whose key this server has proven. */
  async function proven() {
    const made = await registerOperator(test, { role: 'ADMIN' });
    expect((await call(test, 'get', '/admin/operators', { key: made.accessKey })).status).toBe(200);
    return made;
  }

  it('after the operator is deleted over another connection', async () => {
    const { id, accessKey } = await proven();
    await writeAsSystem(
      test,
      `UPDATE public.operators SET deleted_at = pg_catalog.statement_timestamp() FROM ctx WHERE ctx.ready AND id = $1`,
      [id],
    );
    await expectRefused(accessKey, 401, 'key-revoked');
  });

  it('after the operator is deleted through another server', async () => {
    const { id, accessKey } = await proven();
    await servers.elsewhere('delete', `/admin/operators/${id}`);
    await expectRefused(accessKey, 401, 'key-revoked');
  });

  it('after its key is rotated through another server', async () => {
    const { id, accessKey } = await proven();
    await servers.elsewhere('post', `/admin/operators/${id}/rotate`);
    await expectRefused(accessKey, 401, 'key-revoked');
  });

  it('after its key is revoked through another server with POST /keys/revoke', async () => {
    const { accessKey } = await proven();
    await servers.elsewhere('post', '/keys/revoke', { key: accessKey });
    await expectRefused(accessKey, 401, 'key-revoked');
  });

  it('after its role changes to OPERATOR, on the routes for administrators', async () => {
    const { id, accessKey } = await proven();
    await servers.elsewhere('patch', `/admin/operators/${id}`, { role: 'OPERATOR', workspaceIds: null });
    const routes = ROUTES.filter(([, path]) => path().startsWith('/admin/'));
    await expectRefused(accessKey, 403, 'permission-missing', routes);
  });

  it('after a workspace is removed: GET /audit-log returns none of its records', async () => {
    const { workspaceId } = await registerTenant(test);
    const { id, accessKey } = await registerOperator(test, { workspaceIds: [workspaceId] });
    const records = async () => (await call(test, 'get', '/audit-log', { key: accessKey })).body.items;
    expect(await records()).not.toEqual([]);
    await servers.elsewhere('patch', `/admin/operators/${id}`, { workspaceIds: [] });
    expect(await records()).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { startServer, startTestApp, type TestApp } from '../support/app.js';
import {
  admin,
  type Call,
  call,
  expireKey,
  listen,
  registerCoordinator,
  registerOperator,
  type TestCoordinator,
  writeAsSystem,
} from '../support/registry.js';
import { callRoute, everyJob, GUARDED_ROUTES, makeTenant, type Tenant } from './guarded-routes.js';

/*
 * The server under test has proven the key just before, and remembers that; the right is then taken away where it cannot
 * notice: over a connection of its own, or by another server over the same database.
 */

let test: TestApp;
let other: NestFastifyApplication;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  other = await startServer(test.database.apiUrl);
});

afterAll(async () => {
  await other?.close();
  await test?.close();
});

/** Another ADMIN's request, to the other server. */
async function elsewhere(
  method: 'patch' | 'delete' | 'post',
  path: string,
  body: object = {},
): Promise<void> {
  const answer = await supertest(other.getHttpServer())
    [method](path)
    .set('Authorization', `Bearer ${test.adminKey}`)
    .send(body);
  if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`);
}

interface Withdrawal {
  what: string;
  take(tenant: Tenant): Promise<void>;
  status: number;
  code: string;
}

const WITHDRAWALS: Withdrawal[] = [
  {
    what: 'its key is revoked over another connection',
    take: ({ coordinator }) =>
      writeAsSystem(
        test,
        `UPDATE public.coordinator_keys SET revoked_at = pg_catalog.statement_timestamp()
         FROM ctx WHERE ctx.ready AND id = $1`,
        [coordinator.key.id],
      ),
    status: 401,
    code: 'key-revoked',
  },
  {
    what: 'its key is revoked through another server',
    take: ({ coordinator }) =>
      elsewhere('delete', `/admin/coordinators/${coordinator.id}/keys/${coordinator.key.id}`),
    status: 401,
    code: 'key-revoked',
  },
  {
    what: 'whoever found its key revokes it through another server',
    take: ({ coordinator }) => elsewhere('post', '/keys/revoke', { key: coordinator.apiKey }),
    status: 401,
    code: 'key-revoked',
  },
  {
    what: 'its key is rotated without an overlap through another server',
    take: ({ coordinator }) =>
      elsewhere('post', `/admin/coordinators/${coordinator.id}/keys/${coordinator.key.id}/rotate`, {
        overlapSeconds: 0,
      }),
    status: 401,
    code: 'key-expired',
  },
  {
    what: 'its key expires',
    take: ({ coordinator }) => expireKey(test, coordinator.key.id),
    status: 401,
    code: 'key-expired',
  },
  {
    what: 'it is suspended over another connection',
    take: ({ coordinator }) =>
      writeAsSystem(
        test,
        `UPDATE public.coordinators SET status = 'SUSPENDED' FROM ctx WHERE ctx.ready AND id = $1`,
        [coordinator.id],
      ),
    status: 403,
    code: 'coordinator-suspended',
  },
  {
    what: 'it is suspended through another server',
    take: ({ coordinator }) =>
      elsewhere('patch', `/admin/coordinators/${coordinator.id}`, { status: 'SUSPENDED' }),
    status: 403,
    code: 'coordinator-suspended',
  },
  {
    what: 'it is deleted through another server',
    take: ({ coordinator }) => elsewhere('delete', `/admin/coordinators/${coordinator.id}`),
    status: 401,
    code: 'key-revoked',
  },
  {
    what: 'its network is forbidden through another server',
    take: ({ coordinator }) =>
      elsewhere('patch', `/admin/coordinators/${coordinator.id}`, { allowedNetworks: ['203.0.113.7/32'] }),
    status: 403,
    code: 'network-forbidden',
  },
];

const TENANT_ROUTES = GUARDED_ROUTES.filter(({ permission }) => permission !== null);

describe.each(TENANT_ROUTES)('$route refuses the very next request of a proven coordinator', (route) => {
  async function expectRefused(tenant: Tenant, status: number, code: string): Promise<void> {
    const before = await everyJob(test);
    const answer = await callRoute(test, route, tenant, { key: tenant.coordinator.apiKey });
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
    expect(await everyJob(test)).toBe(before);
  }

  it.each(WITHDRAWALS)('once $what: $status $code', async ({ take, status, code }) => {
    const tenant = await makeTenant(test);
    await take(tenant);
    await expectRefused(tenant, status, code);
  });

  it.each([
    ['over another connection', false],
    ['through another server', true],
  ])('once its permission is withdrawn %s', async (_, throughServer) => {
    const tenant = await makeTenant(test);
    const { id } = tenant.coordinator;
    const permissions = ['jobs:read', 'jobs:write', 'stitcher:dispatch'].filter(
      (it) => it !== route.permission,
    );
    if (throughServer) await elsewhere('patch', `/admin/coordinators/${id}`, { permissions });
    else {
      await writeAsSystem(
        test,
        'UPDATE public.coordinators SET permissions = $2 FROM ctx WHERE ctx.ready AND id = $1',
        [id, permissions],
      );
    }
    await expectRefused(tenant, 403, 'permission-missing');
  });

  it.each([
    ['over another connection', false],
    ['through another server', true],
  ])('once the workspace is withdrawn %s', async (_, throughServer) => {
    const tenant = await makeTenant(test);
    const { id } = tenant.coordinator;
    if (throughServer) await elsewhere('patch', `/admin/coordinators/${id}`, { workspaceIds: [] });
    else {
      await writeAsSystem(
        test,
        'DELETE FROM public.coordinator_workspaces USING ctx WHERE ctx.ready AND coordinator_id = $1',
        [id],
      );
    }
    await expectRefused(tenant, route.foreign?.status ?? 0, route.foreign?.code ?? '');
  });
});

describe('every coordinator route that touches jobs', () => {
  it('hides jobs and attempts from whoever has lost the workspace', async () => {
    const { coordinator, failed } = await makeTenant(test);
    const key = coordinator.apiKey;
    const list = await call(test, 'get', '/coordinator/jobs', { key });
    expect(list.body.items).toHaveLength(3);
    await elsewhere('patch', `/admin/coordinators/${coordinator.id}`, { workspaceIds: [] });
    expect((await call(test, 'get', '/coordinator/jobs', { key })).body.items).toEqual([]);
    expect(await call(test, 'get', `/coordinator/jobs/${failed}/attempts`, { key })).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
  });

  it('replays no Idempotency-Key to whoever has lost the workspace', async () => {
    const { coordinator, workspaceId } = await makeTenant(test);
    const request: Call = {
      key: coordinator.apiKey,
      body: { workspaceId, type: 'build' },
      headers: { 'Idempotency-Key': 'once' },
    };
    expect((await call(test, 'post', '/coordinator/jobs', request)).status).toBe(201);
    expect((await call(test, 'post', '/coordinator/jobs', request)).status).toBe(200);
    await elsewhere('patch', `/admin/coordinators/${coordinator.id}`, { workspaceIds: [] });
    expect(await call(test, 'post', '/coordinator/jobs', request)).toMatchObject({
      status: 403,
      body: { code: 'workspace-forbidden' },
    });
  });

  it('refuses a key from the moment that it was issued to end at', async () => {
    const { workspaceId } = await makeTenant(test);
    const keyExpiresAt = new Date(Date.now() + 2_000).toISOString();
    const made = await registerCoordinator(test, { workspaceIds: [workspaceId], keyExpiresAt });
    const list = () => call(test, 'get', '/coordinator/jobs', { key: made.apiKey });
    expect((await list()).status).toBe(200);
    await databaseClockPasses(keyExpiresAt);
    expect(await list()).toMatchObject({ status: 401, body: { code: 'key-expired' } });
  });

  it('stops dispatching for a repository that has left the workspace', async () => {
    const tenant = await makeTenant(test);
    const webhook = (issueNumber: number) =>
      call(test, 'post', '/stitcher/webhook', {
        key: tenant.coordinator.apiKey,
        body: { action: 'assigned', repository: tenant.repository, issueNumber },
      });
    expect((await webhook(1)).status).toBe(202);
    await elsewhere('patch', `/admin/workspaces/${tenant.workspaceId}`, { repositories: [] });
    for (const issueNumber of [1, 2]) {
      expect(await webhook(issueNumber)).toMatchObject({
        status: 403,
        body: { code: 'repository-forbidden' },
      });
    }
  });
});

async function databaseClockPasses(time: string): Promise<void> {
  await test.database.owner.query(
    `SELECT pg_catalog.pg_sleep(greatest(0, extract(epoch FROM $1::timestamptz - pg_catalog.clock_timestamp())) + 0.01)`,
    [time],
  );
}

describe('GET /coordinator/health', () => {
  it('refuses within a second, whatever right was taken away', async () => {
    const health = ({ coordinator }: Tenant) =>
      call(test, 'get', '/coordinator/health', { key: coordinator.apiKey });
    const tenants: Tenant[] = [];
    for (const { take } of WITHDRAWALS) {
      const tenant = await makeTenant(test);
      tenants.push(tenant);
      expect((await health(tenant)).status).toBe(200);
      await take(tenant);
    }
    // It touches no tenant's data, so it may go by an identity that is at most a second old.
    await test.database.owner.query('SELECT pg_catalog.pg_sleep(1.05)');
    const answers = await Promise.all(tenants.map(health));
    expect(answers.map(({ status, body }) => ({ status, code: body.code }))).toEqual(
      WITHDRAWALS.map(({ status, code }) => ({ status, code })),
    );
  });

  it('refuses at once where the right was withdrawn through this very server', async () => {
    const { coordinator } = await makeTenant(test);
    const health = () => call(test, 'get', '/coordinator/health', { key: coordinator.apiKey });
    expect((await health()).status).toBe(200);
    await admin(test, 'delete', `/admin/coordinators/${coordinator.id}/keys/${coordinator.key.id}`);
    expect(await health()).toMatchObject({ status: 401, body: { code: 'key-revoked' } });
  });
});

describe("operators' routes refuse the very next request of a proven operator", () => {
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

  it('once it is deleted over another connection', async () => {
    const { id, accessKey } = await proven();
    await writeAsSystem(
      test,
      `UPDATE public.operators SET deleted_at = pg_catalog.statement_timestamp() FROM ctx WHERE ctx.ready AND id = $1`,
      [id],
    );
    await expectRefused(accessKey, 401, 'key-revoked');
  });

  it('once it is deleted through another server', async () => {
    const { id, accessKey } = await proven();
    await elsewhere('delete', `/admin/operators/${id}`);
    await expectRefused(accessKey, 401, 'key-revoked');
  });

  it('once its key is rotated through another server', async () => {
    const { id, accessKey } = await proven();
    await elsewhere('post', `/admin/operators/${id}/rotate`);
    await expectRefused(accessKey, 401, 'key-revoked');
  });

  it('once its holder gives its key up through another server', async () => {
    const { accessKey } = await proven();
    await elsewhere('post', '/keys/revoke', { key: accessKey });
    await expectRefused(accessKey, 401, 'key-revoked');
  });

  it('once it is no ADMIN any more, on the routes that are for ADMIN alone', async () => {
    const { id, accessKey } = await proven();
    await elsewhere('patch', `/admin/operators/${id}`, { role: 'OPERATOR' });
    const routes = ROUTES.filter(([, path]) => path().startsWith('/admin/'));
    await expectRefused(accessKey, 403, 'permission-missing', routes);
  });

  it('once a workspace is withdrawn: its records are gone from the log', async () => {
    const { workspaceId } = await makeTenant(test);
    const { id, accessKey } = await registerOperator(test, { workspaceIds: [workspaceId] });
    const records = async () => (await call(test, 'get', '/audit-log', { key: accessKey })).body.items;
    expect(await records()).not.toEqual([]);
    await elsewhere('patch', `/admin/operators/${id}`, { workspaceIds: [] });
    expect(await records()).toEqual([]);
  });
});

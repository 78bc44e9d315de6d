import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COORDINATOR_PERMISSIONS } from '../../src/coordinators/coordinator.js';
import { readRoutes } from '../../src/openapi.js';
import type { TestApp } from '../support/app.js';
import {
  admin,
  type Call,
  call,
  databaseClockPasses,
  expireKey,
  listen,
  registerCoordinator,
  type TestCoordinator,
  writeAsSystem,
} from '../support/registry.js';
import { registerTenant, type Tenant } from '../support/route-cases.js';
import { mainRequest, routeCase, sendTo } from '../support/route-requests.js';
import { stateOf } from '../support/state.js';
import { startTwoServers, type TwoServers } from './rights-fixture.js';

let servers: TwoServers;
let test: TestApp;

beforeAll(async () => {
  servers = await startTwoServers();
  test = servers.test;
  await listen(test);
});

afterAll(() => servers?.close());

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
      servers.elsewhere('delete', `/admin/coordinators/${coordinator.id}/keys/${coordinator.key.id}`),
    status: 401,
    code: 'key-revoked',
  },
  {
    what: 'its key is revoked with POST /keys/revoke through another server',
    take: ({ coordinator }) => servers.elsewhere('post', '/keys/revoke', { key: coordinator.apiKey }),
    status: 401,
    code: 'key-revoked',
  },
  {
    what: 'its key is rotated without an overlap through another server',
    take: ({ coordinator }) =>
      servers.elsewhere('post', `/admin/coordinators/${coordinator.id}/keys/${coordinator.key.id}/rotate`, {
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
      servers.elsewhere('patch', `/admin/coordinators/${coordinator.id}`, { status: 'SUSPENDED' }),
    status: 403,
    code: 'coordinator-suspended',
  },
  {
    what: 'it is deleted through another server',
    take: ({ coordinator }) => servers.elsewhere('delete', `/admin/coordinators/${coordinator.id}`),
    status: 401,
    code: 'key-revoked',
  },
  {
    what: 'its network is forbidden through another server',
    take: ({ coordinator }) =>
      servers.elsewhere('patch', `/admin/coordinators/${coordinator.id}`, {
        allowedNetworks: ['203.0.113.7/32'],
      }),
    status: 403,
    code: 'network-forbidden',
  },
];

const ROUTES = (await readRoutes()).flatMap((it) =>
  it.access?.kind === 'coordinator' && it.access.permission !== null
    ? [{ ...it, permission: it.access.permission }]
    : [],
);

/** One whose coordinator's key this server has proven. */
async function provenTenant(): Promise<Tenant> {
  const tenant = await registerTenant(test);
  expect((await call(test, 'get', '/coordinator/jobs', { key: tenant.coordinator.apiKey })).status).toBe(200);
  return tenant;
}

describe.each(ROUTES)('$route refuses the next request', (route) => {
  /** What the coordinator was about to send when `take` came in between. */
  async function expectRefused(
    take: (tenant: Tenant) => Promise<void>,
    { status, code }: { status: number; code: string },
  ): Promise<void> {
    const tenant = await provenTenant();
    const request = await mainRequest(test, route.route, tenant);
    await take(tenant);
    const before = await stateOf(test);
    const answer = await sendTo(test, route, request, { key: tenant.coordinator.apiKey });
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
    expect(await stateOf(test)).toEqual(before);
  }

  it.each(WITHDRAWALS)('after $what: $status $code', async ({ take, status, code }) => {
    await expectRefused(take, { status, code });
  });

  const permissions = COORDINATOR_PERMISSIONS.filter((it) => it !== route.permission);

  it.each<[string, Withdrawal['take']]>([
    [
      'over another connection',
      ({ coordinator }) =>
        writeAsSystem(
          test,
          'UPDATE public.coordinators SET permissions = $2 FROM ctx WHERE ctx.ready AND id = $1',
          [coordinator.id, permissions],
        ),
    ],
    [
      'through another server',
      ({ coordinator }) =>
        servers.elsewhere('patch', `/admin/coordinators/${coordinator.id}`, { permissions }),
    ],
  ])('after its permission is removed %s', async (_, take) => {
    await expectRefused(take, { status: 403, code: 'permission-missing' });
  });

  const { foreign } = routeCase(route.route);
  // A list hides what is out of reach, see below.
  if (typeof foreign === 'string') return;

  it.each<[string, Withdrawal['take']]>([
    [
      'over another connection',
      ({ coordinator }) =>
        writeAsSystem(
          test,
          'DELETE FROM public.coordinator_workspaces USING ctx WHERE ctx.ready AND coordinator_id = $1',
          [coordinator.id],
        ),
    ],
    [
      'through another server',
      ({ coordinator }) =>
        servers.elsewhere('patch', `/admin/coordinators/${coordinator.id}`, { workspaceIds: [] }),
    ],
  ])('after the workspace is removed %s', async (_, take) => {
    await expectRefused(take, foreign);
  });
});

describe('a coordinator that loses its workspace or its key', () => {
  it('sees no jobs and attempts of the workspace any more', async () => {
    const tenant = await provenTenant();
    const { coordinator } = tenant;
    const key = coordinator.apiKey;
    const { params: { id } = {} } = await mainRequest(test, 'GET /coordinator/jobs/:id/attempts', tenant);
    const list = await call(test, 'get', '/coordinator/jobs', { key });
    expect(list.body.items).toHaveLength(1);
    await servers.elsewhere('patch', `/admin/coordinators/${coordinator.id}`, { workspaceIds: [] });
    expect((await call(test, 'get', '/coordinator/jobs', { key })).body.items).toEqual([]);
    expect(await call(test, 'get', `/coordinator/jobs/${id}/attempts`, { key })).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
  });

  it('gets no replay of an Idempotency-Key', async () => {
    const { coordinator, workspaceId } = await provenTenant();
    const request: Call = {
      key: coordinator.apiKey,
      body: { workspaceId, type: 'build' },
      headers: { 'Idempotency-Key': 'once' },
    };
    expect((await call(test, 'post', '/coordinator/jobs', request)).status).toBe(201);
    expect((await call(test, 'post', '/coordinator/jobs', request)).status).toBe(200);
    await servers.elsewhere('patch', `/admin/coordinators/${coordinator.id}`, { workspaceIds: [] });
    expect(await call(test, 'post', '/coordinator/jobs', request)).toMatchObject({
      status: 403,
      body: { code: 'workspace-forbidden' },
    });
  });

  it('gets 401 from the expiresAt of the key', async () => {
    const { workspaceId } = await provenTenant();
    const list = (key: string) => call(test, 'get', '/coordinator/jobs', { key });
    let made: TestCoordinator;
    let lifeMs = 1_000;
    do {
      // A busy machine may take longer than that to prove it.
      lifeMs *= 2;
      const keyExpiresAt = new Date(Date.now() + lifeMs).toISOString();
      made = await registerCoordinator(test, { workspaceIds: [workspaceId], keyExpiresAt });
    } while ((await list(made.apiKey)).status !== 200);
    await databaseClockPasses(test, made.key.expiresAt ?? '');
    expect(await list(made.apiKey)).toMatchObject({ status: 401, body: { code: 'key-expired' } });
  });

  it('gets 403 for a delivery of a repository that left the workspace', async () => {
    const tenant = await provenTenant();
    const webhook = (issueNumber: number) =>
      call(test, 'post', '/stitcher/webhook', {
        key: tenant.coordinator.apiKey,
        body: { action: 'assigned', repository: tenant.repository, issueNumber },
      });
    expect((await webhook(1)).status).toBe(202);
    await servers.elsewhere('patch', `/admin/workspaces/${tenant.workspaceId}`, { repositories: [] });
    for (const issueNumber of [1, 2]) {
      expect(await webhook(issueNumber)).toMatchObject({
        status: 403,
        body: { code: 'repository-forbidden' },
      });
    }
  });
});

describe('GET /coordinator/health', () => {
  it('refuses within a second after any permission, key or workspace is removed', async () => {
    const health = ({ coordinator }: Tenant) =>
      call(test, 'get', '/coordinator/health', { key: coordinator.apiKey });
    const tenants: Tenant[] = [];
    for (const { take } of WITHDRAWALS) {
      const tenant = await provenTenant();
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

  it('refuses at once when the key was revoked through the same server', async () => {
    const { coordinator } = await provenTenant();
    const health = () => call(test, 'get', '/coordinator/health', { key: coordinator.apiKey });
    expect((await health()).status).toBe(200);
    await admin(test, 'delete', `/admin/coordinators/${coordinator.id}/keys/${coordinator.key.id}`);
    expect(await health()).toMatchObject({ status: 401, body: { code: 'key-revoked' } });
  });
});

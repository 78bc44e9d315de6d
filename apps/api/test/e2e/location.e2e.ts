import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import type { DeclaredRoute } from '../../src/common/http/declared-routes.js';
import { readRoutes } from '../../src/openapi.js';
import { startTestApp, type TestApp } from '../support/app.js';
import {
  call,
  createWebhook,
  issueKey,
  listen,
  registerCoordinator,
  registerOperator,
} from '../support/registry.js';
import { registerTenant, type Tenant } from '../support/route-cases.js';
import { ROUTE_CASES, routeCase, sendTo } from '../support/route-requests.js';

/* Every 201 says in `Location` where to read what it created. */

const ROUTES = await readRoutes();
const CREATING = ROUTES.filter(({ route }) => routeCase(route).success.some(([status]) => status === 201));

let test: TestApp;
let home: Tenant;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  home = await registerTenant(test);
});

afterAll(() => test?.close());

function keyFor({ access }: DeclaredRoute): string {
  return access?.kind === 'operator' ? test.adminKey : home.coordinator.apiKey;
}

/** The id of what was created: all that is answered beside it is about it, or its secret. */
function idIn({ body }: Response): string {
  return (body.coordinator ?? body.key ?? body.webhook ?? body.operator ?? body).id;
}

it('covers every route that answers 201', () => {
  const documented = Object.entries(ROUTE_CASES).filter(([, { success }]) => success[0]?.[0] === 201);
  expect(CREATING.map(({ route }) => route).sort()).toEqual(documented.map(([route]) => route).sort());
  expect(CREATING.length).toBeGreaterThan(9);
});

// A session has no id in its path, and is read with its own cookie: sessions.e2e.ts and oidc.e2e.ts.
const WITH_ID = CREATING.filter(({ path }) => !/^\/session(?:\/|$)/.test(path));

describe.each(WITH_ID)('$route', (declared) => {
  it.each(routeCase(declared.route).success)(
    '%i has a Location that returns the created object',
    async (status, make) => {
      const answer = await sendTo(test, declared, await make(test, home), { key: keyFor(declared) });
      expect(answer.status).toBe(status);
      const { location } = answer.headers;
      expect(location).toMatch(/^\/[a-z0-9/-]+\/[0-9a-f-]{36}$/);
      const key = location?.startsWith('/admin/') ? test.adminKey : keyFor(declared);
      const read = await call(test, 'get', location ?? '', { key });
      expect([read.status, read.body.id]).toEqual([200, idIn(answer)]);
    },
  );
});

describe('one key, webhook or operator', () => {
  const GONE = '00000000-0000-7000-8000-000000000000';
  const read = (path: string) => call(test, 'get', path, { key: test.adminKey });

  it.each(['keys', 'webhooks'])(
    'of %s is the item of the list, while its coordinator exists',
    async (kind) => {
      const { id } = await registerCoordinator(test, { workspaceIds: [home.workspaceId] });
      const made = kind === 'keys' ? (await issueKey(test, id)).key : (await createWebhook(test, id)).webhook;
      const path = `/admin/coordinators/${id}/${kind}`;
      const item = (await read(`${path}/${made.id}`)).body;
      expect((await read(path)).body.items).toContainEqual(item);
      const { rows } = await test.database.owner.query(
        `SELECT id, coordinator_id AS "coordinatorId", name FROM public.coordinator_${kind} WHERE id = $1`,
        [made.id],
      );
      expect(rows).toEqual([{ id: item.id, coordinatorId: item.coordinatorId, name: item.name }]);

      await call(test, 'delete', `${path}/${made.id}`, { key: test.adminKey });
      expect((await read(`${path}/${made.id}`)).body).toMatchObject({ id: made.id, state: 'REVOKED' });
      const NOT_FOUND = { status: 404, body: { code: 'not-found' } };
      expect(await read(`${path}/${GONE}`)).toMatchObject(NOT_FOUND);
      expect(await read(`/admin/coordinators/${home.coordinator.id}/${kind}/${made.id}`)).toMatchObject(
        NOT_FOUND,
      );
      expect(await read(`${path}/none`)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
      await call(test, 'delete', `/admin/coordinators/${id}`, { key: test.adminKey });
      expect(await read(`${path}/${made.id}`)).toMatchObject(NOT_FOUND);
    },
  );

  it('of the operators is the item of the list, until it is deleted', async () => {
    const { id } = await registerOperator(test, { workspaceIds: [home.workspaceId] });
    const item = (await read(`/admin/operators/${id}`)).body;
    expect((await read('/admin/operators')).body.items).toContainEqual(item);
    expect(item.workspaceIds).toEqual([home.workspaceId]);
    await call(test, 'delete', `/admin/operators/${id}`, { key: test.adminKey });
    for (const gone of [id, GONE]) {
      expect(await read(`/admin/operators/${gone}`)).toMatchObject({
        status: 404,
        body: { code: 'not-found' },
      });
    }
    expect(await read('/admin/operators/none')).toMatchObject({
      status: 400,
      body: { code: 'invalid-request' },
    });
  });
});

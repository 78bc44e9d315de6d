import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import type { DeclaredRoute } from '../../src/common/http/declared-routes.js';
import { readRoutes } from '../../src/openapi.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { call, listen } from '../support/registry.js';
import {
  ROUTE_CASES,
  type RouteRequest,
  registerTenant,
  routeCase,
  sendTo,
  type Tenant,
} from '../support/route-requests.js';

/* Every 201 says in `Location` where to read what it created, if there is a route to read it by. */

const ROUTES = await readRoutes();
const CREATING = ROUTES.filter(({ route }) => routeCase(route).success.some(([status]) => status === 201));

/** What they create is read in lists alone. */
const WITHOUT = [
  'POST /admin/coordinators/:id/keys',
  'POST /admin/coordinators/:id/keys/:keyId/rotate',
  'POST /admin/coordinators/:id/webhooks',
  'POST /admin/coordinators/:id/webhooks/:webhookId/rotate',
  'POST /admin/operators',
  'POST /admin/operators/:id/rotate',
];

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
  return (body.coordinator ?? body).id;
}

it('covers every route that answers 201', () => {
  const documented = Object.entries(ROUTE_CASES).filter(([, { success }]) => success[0]?.[0] === 201);
  expect(CREATING.map(({ route }) => route).sort()).toEqual(documented.map(([route]) => route).sort());
  expect(CREATING.length).toBeGreaterThan(WITHOUT.length);
});

it.each(WITHOUT)('%s has no Location, because no GET route returns the object by id', async (route) => {
  const declared = CREATING.find((it) => it.route === route);
  if (declared === undefined) throw new Error('it answers no 201');
  const [collection = ''] = declared.path.split(/\/:\w+\/rotate$/);
  expect(
    ROUTES.filter((it) => it.method === 'GET' && new RegExp(`^${collection}/:\\w+$`).test(it.path)),
  ).toEqual([]);
  const [[, make] = [0, (): RouteRequest => ({})]] = routeCase(route).success;
  const answer = await sendTo(test, declared, await make(test, home), { key: keyFor(declared) });
  expect([answer.status, answer.headers.location]).toEqual([201, undefined]);
});

describe.each(CREATING.filter(({ route }) => !WITHOUT.includes(route)))('$route', (declared) => {
  it.each(routeCase(declared.route).success)(
    '%i has a Location that returns the created object',
    async (status, make) => {
      const answer = await sendTo(test, declared, await make(test, home), { key: keyFor(declared) });
      expect(answer.status).toBe(status);
      const { location } = answer.headers;
      expect(location).toMatch(/^\/[a-z/]+\/[0-9a-f-]{36}$/);
      const read = await call(test, 'get', location ?? '', { key: keyFor(declared) });
      expect([read.status, read.body.id]).toEqual([200, idIn(answer)]);
    },
  );
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readRoutes } from '../../src/openapi.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { call, listen } from '../support/registry.js';
import { registerTenant, type Tenant } from '../support/route-cases.js';
import { mainRequest, sendTo } from '../support/route-requests.js';
import { stateOf } from '../support/state.js';

const ROUTES = await readRoutes();

let test: TestApp;
let tenant: Tenant;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  tenant = await registerTenant(test);
});

afterAll(() => test?.close());

describe('an unknown query parameter', () => {
  it.each(ROUTES.filter(({ access }) => access?.kind === 'coordinator' || access?.kind === 'operator'))(
    'answers 400 and changes nothing: $route',
    async (route) => {
      const { query, ...request } = await mainRequest(test, route.route, tenant);
      const before = await stateOf(test);
      const key = route.access?.kind === 'coordinator' ? tenant.coordinator.apiKey : test.adminKey;
      const asked = { ...request, query: { ...query, surprise: '1' } };
      expect(await sendTo(test, route, asked, { key })).toMatchObject({
        status: 400,
        body: { code: 'invalid-request', errors: [expect.objectContaining({ member: 'surprise' })] },
      });
      expect(await stateOf(test)).toEqual(before);
    },
  );

  it('is ignored on a public route', async () => {
    expect((await call(test, 'get', '/health/live?surprise=1')).status).toBe(200);
  });
});

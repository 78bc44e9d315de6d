import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import {
  admin,
  type Call,
  expireKey,
  forgeKey,
  kidOf,
  listen,
  registerCoordinator,
  registerOperator,
  type TestCoordinator,
} from '../support/registry.js';
import {
  callRoute,
  everyJob,
  GUARDED_ROUTES,
  type GuardedRoute,
  makeTenant,
  type Tenant,
} from './guarded-routes.js';

let test: TestApp;
let home: Tenant;
let foreign: Tenant;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  home = await makeTenant(test);
  foreign = await makeTenant(test);
});

afterAll(() => test?.close());

/** A further coordinator of the home workspace. */
function neighbour(of: Parameters<typeof registerCoordinator>[1] = {}): Promise<TestCoordinator> {
  return registerCoordinator(test, { workspaceIds: [home.workspaceId], ...of });
}

interface Refused {
  credential: string;
  /** made once, before all routes are tried with it; null where the route has no such case */
  call(route: GuardedRoute): Promise<Call | null> | Call | null;
  status: 401 | 403;
  code: string;
}

const withKey = (key: string): Call => ({ key });
const remembered = new Map<string, Promise<string>>();

/** The key of a coordinator that is made on first use. */
async function keyOf(name: string, make: () => Promise<TestCoordinator>): Promise<Call> {
  const known = remembered.get(name) ?? make().then(({ apiKey }) => apiKey);
  remembered.set(name, known);
  return withKey(await known);
}

const INVALID = { status: 401, code: 'invalid-credential' } as const;

const REFUSED: Refused[] = [
  { credential: 'no key', call: () => ({}), status: 401, code: 'missing-credential' },
  { credential: 'an empty key', call: () => ({ headers: { 'X-API-Key': '' } }), ...INVALID },
  { credential: 'a key of blanks', call: () => ({ headers: { 'X-API-Key': '   ' } }), ...INVALID },
  {
    credential: 'the same key on two lines',
    call: () => ({ headers: { 'X-API-Key': [home.coordinator.apiKey, home.coordinator.apiKey] } }),
    ...INVALID,
  },
  {
    credential: 'two keys on one line',
    call: () => withKey(`${home.coordinator.apiKey}, ${home.coordinator.apiKey}`),
    ...INVALID,
  },
  {
    credential: 'the same key in two headers',
    call: () => ({
      key: home.coordinator.apiKey,
      headers: { Authorization: `Bearer ${home.coordinator.apiKey}` },
    }),
    ...INVALID,
  },
  { credential: 'a malformed key', call: () => withKey('crk_nonsense'), ...INVALID },
  { credential: 'an over-long key', call: () => withKey(`crk_${'a'.repeat(600)}`), ...INVALID },
  {
    credential: 'another scheme',
    call: () => ({ headers: { Authorization: `Basic ${home.coordinator.apiKey}` } }),
    ...INVALID,
  },
  {
    credential: 'a wrong checksum',
    call: () => withKey(otherLast(home.coordinator.apiKey)),
    ...INVALID,
  },
  { credential: 'an unknown kid', call: () => withKey(forgeKey()), ...INVALID },
  {
    credential: 'a wrong secret',
    call: () => withKey(forgeKey('crk_', kidOf(home.coordinator.apiKey))),
    ...INVALID,
  },
  { credential: "an operator's key", call: () => withKey(test.adminKey), ...INVALID },
  {
    credential: "an operator's key as X-API-Key",
    call: () => ({ headers: { 'X-API-Key': test.adminKey } }),
    ...INVALID,
  },
  {
    credential: 'an expired key',
    call: () =>
      keyOf('expired', async () => {
        const made = await neighbour();
        await expireKey(test, made.key.id);
        return made;
      }),
    status: 401,
    code: 'key-expired',
  },
  {
    credential: 'a revoked key',
    call: () =>
      keyOf('revoked', async () => {
        const made = await neighbour();
        await admin(test, 'delete', `/admin/coordinators/${made.id}/keys/${made.key.id}`);
        return made;
      }),
    status: 401,
    code: 'key-revoked',
  },
  {
    credential: 'the key of a deleted coordinator',
    call: () =>
      keyOf('deleted', async () => {
        const made = await neighbour();
        await admin(test, 'delete', `/admin/coordinators/${made.id}`);
        return made;
      }),
    status: 401,
    code: 'key-revoked',
  },
  {
    credential: 'the key of a suspended coordinator',
    call: () =>
      keyOf('suspended', async () => {
        const made = await neighbour();
        await admin(test, 'patch', `/admin/coordinators/${made.id}`, { status: 'SUSPENDED' });
        return made;
      }),
    status: 403,
    code: 'coordinator-suspended',
  },
  {
    credential: 'a key from the wrong network',
    call: () => keyOf('network', () => neighbour({ allowedNetworks: ['203.0.113.0/24', '2001:db8::/32'] })),
    status: 403,
    code: 'network-forbidden',
  },
  {
    credential: 'a key without the permission',
    call: ({ permission }) =>
      permission === null
        ? null
        : keyOf(`without ${permission}`, () =>
            neighbour({
              permissions: ['jobs:read', 'jobs:write', 'stitcher:dispatch'].filter((it) => it !== permission),
            }),
          ),
    status: 403,
    code: 'permission-missing',
  },
];

function otherLast(key: string): string {
  return key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');
}

describe.each(GUARDED_ROUTES)('$route', (route) => {
  const cases = REFUSED.filter(({ code }) => code !== 'permission-missing' || route.permission !== null);

  it.each(cases)('refuses $credential with $status $code, and changes nothing', async (refused) => {
    const credential = await refused.call(route);
    if (credential === null) throw new Error('no such case');
    const before = await everyJob(test);

    const answer = await callRoute(test, route, home, credential);

    expect({ status: answer.status, code: answer.body.code }).toEqual({
      status: refused.status,
      code: refused.code,
    });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['www-authenticate']).toBe(
      refused.status === 401 ? 'Bearer realm="coordinator-registry"' : undefined,
    );
    expect(answer.body).toMatchObject({
      type: `/problems/${refused.code}`,
      status: refused.status,
      requestId: answer.headers['x-request-id'],
    });
    expect(await everyJob(test)).toBe(before);
  });

  it('answers every credential that proves nothing with one and the same body', async () => {
    const bodies = new Set<string>();
    for (const { code, call } of REFUSED) {
      if (code !== 'invalid-credential') continue;
      const credential = await call(route);
      const headers = { ...credential?.headers, 'X-Request-Id': 'the-same' };
      bodies.add((await callRoute(test, route, home, { ...credential, headers })).text);
    }
    expect(bodies.size).toBe(1);
  });

  if (route.foreign !== null) {
    const { status, code } = route.foreign;

    it(`answers for what another tenant has with ${status} ${code}, and changes nothing`, async () => {
      const before = await everyJob(test);
      const answer = await callRoute(test, route, foreign, withKey(home.coordinator.apiKey));
      expect(answer).toMatchObject({ status, body: { code } });
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(await everyJob(test)).toBe(before);
    });

    it('answers the same for what does not exist', async () => {
      const nothing = '00000000-0000-7000-8000-000000000000';
      const unknown = {
        ...foreign,
        workspaceId: nothing,
        repository: 'acme/nothing',
        pending: nothing,
        running: nothing,
        failed: nothing,
      };
      const headers = { 'X-Request-Id': 'the-same' };
      const key = home.coordinator.apiKey;
      const ofNothing = await callRoute(test, route, unknown, { key, headers });
      const ofForeign = await callRoute(test, route, foreign, { key, headers });
      expect(ofNothing.status).toBe(status);
      expect(ofNothing.text).toBe(ofForeign.text);
    });
  }

  it.each([
    ['X-API-Key', (key: string) => ({ 'X-API-Key': key })],
    ['x-api-key', (key: string) => ({ 'x-api-key': key })],
    ['X-Api-KEY', (key: string) => ({ 'X-Api-KEY': key })],
    ['Authorization: Bearer', (key: string) => ({ Authorization: `Bearer ${key}` })],
    ['authorization: bearer', (key: string) => ({ authorization: `bearer ${key}` })],
  ])('lets a coordinator in that may, by %s', async (_, headers) => {
    const tenant = await makeTenant(test);
    const answer = await callRoute(test, route, tenant, { headers: headers(tenant.coordinator.apiKey) });
    expect(answer.status).toBe(route.success);
  });
});

describe('POST /stitcher/dispatch', () => {
  it("does not dispatch another tenant's repository into one's own workspace", async () => {
    const dispatch = GUARDED_ROUTES.find(({ route }) => route === 'POST /stitcher/dispatch');
    if (dispatch === undefined) throw new Error('no such route');
    const before = await everyJob(test);
    const mixed = { ...home, repository: foreign.repository };
    const answer = await callRoute(test, dispatch, mixed, withKey(home.coordinator.apiKey));
    expect(answer).toMatchObject({ status: 403, body: { code: 'repository-forbidden' } });
    expect(await everyJob(test)).toBe(before);
  });
});

describe("operators' routes", () => {
  it.each([
    ['get', '/admin/coordinators'],
    ['get', '/admin/workspaces'],
    ['get', '/admin/operators'],
    ['get', '/audit-log'],
  ] as const)('%s %s takes no coordinator for an operator', async (method, path) => {
    for (const headers of [
      { 'X-API-Key': home.coordinator.apiKey },
      { Authorization: `Bearer ${home.coordinator.apiKey}` },
      { 'X-API-Key': test.adminKey },
      { Authorization: `Bearer ${forgeKey('cro_', kidOf(test.adminKey))}` },
    ]) {
      const answer = await test.http()[method](path).set(headers);
      expect(answer).toMatchObject({ status: 401, body: { code: 'invalid-credential' } });
    }
    const answer = await test.http()[method](path);
    expect(answer).toMatchObject({ status: 401, body: { code: 'missing-credential' } });
  });

  it.each(['/admin/coordinators', '/admin/workspaces', '/admin/operators'])(
    'GET %s is for ADMIN alone',
    async (path) => {
      const { accessKey } = await registerOperator(test);
      const answer = await test.http().get(path).set('Authorization', `Bearer ${accessKey}`);
      expect(answer).toMatchObject({ status: 403, body: { code: 'permission-missing' } });
    },
  );
});

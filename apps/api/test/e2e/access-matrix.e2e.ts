import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import type { Access } from '../../src/common/access/access.js';
import type { DeclaredRoute } from '../../src/common/http/declared-routes.js';
import { readRoutes } from '../../src/openapi.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { DOCUMENT } from '../support/contract.js';
import {
  admin,
  call,
  createJob,
  expireKey,
  forgeKey,
  issueKey,
  kidOf,
  listen,
  type Method,
  registerCoordinator,
  registerOperator,
  startJob,
} from '../support/registry.js';
import {
  mainRequest,
  pathOf,
  ROUTE_CASES,
  type RouteRequest,
  registerTenant,
  routeCase,
  stateOf,
  type Tenant,
} from '../support/route-requests.js';

/*
 * Every credential at every route, and every object of another tenant. The rows are the routes that the house declares, the columns
 * the kinds of credentials; what is expected follows from who may call the route. A new route is in it by itself, and fails
 * until `route-requests.ts` says how it is asked.
 */

const ROUTES = await readRoutes();

const ENVIRONMENT_KEY = 'the-key-of-the-environment-in-this-test';
const METRICS_TOKEN = 'the-token-of-whoever-collects-metrics';
const NOTHING = '00000000-0000-7000-8000-000000000000';

type Headers = Record<string, string | string[]>;
type Verdict = 'granted' | `${number} ${string}`;

interface Credential {
  name: string;
  headers: Headers;
  /** by who may call a route; a route for anybody does not look at it */
  at: Record<'coordinator' | 'operator' | 'monitoring', Verdict>;
  /** what it may not do for want of a permission */
  lacks?: readonly string[];
}

let test: TestApp;
let home: Tenant;
let foreign: Tenant;
let credentials: Credential[];

beforeAll(async () => {
  test = await startTestApp({
    // So that no address fails too often; and no caller sits on this machine.
    trustProxy: 1,
    metricsToken: METRICS_TOKEN,
    environmentKey: { key: ENVIRONMENT_KEY, name: 'environment', workspaceIds: [] },
  });
  await listen(test);
  home = await registerTenant(test);
  foreign = await registerTenant(test);
  credentials = [...nonsense(), ...(await ofCoordinators()), ...(await ofOperators())];
}, 120_000);

afterAll(() => test?.close(), 60_000);

const apiKey = (key: string | string[]): Headers => ({ 'X-API-Key': key });
const bearer = (key: string): Headers => ({ Authorization: `Bearer ${key}` });

const INVALID = '401 invalid-credential';
const NOWHERE = { coordinator: INVALID, operator: INVALID, monitoring: INVALID } as const;

/** Credentials that prove nothing. */
function nonsense(): Credential[] {
  const key = home.coordinator.apiKey;
  const missing = '401 missing-credential';
  const proveNothing: Record<string, Headers> = {
    'an empty X-API-Key': apiKey(''),
    'an X-API-Key of blanks': apiKey('   '),
    'an empty bearer': bearer(''),
    'another scheme': { Authorization: `Basic ${key}` },
    'no scheme': { Authorization: key },
    'a malformed X-API-Key': apiKey('crk_nonsense'),
    'a malformed bearer': bearer('cro_nonsense'),
    'an over-long key': apiKey(`crk_${'a'.repeat(600)}`),
    'the key on two lines': apiKey([key, key]),
    'two keys on one line': apiKey(`${key}, ${key}`),
    'the key in two headers': { ...apiKey(key), ...bearer(key) },
    'the keys of both sides': { ...apiKey(key), ...bearer(test.adminKey) },
    "a coordinator's key with a wrong checksum": apiKey(otherLast(key)),
    "an operator's key with a wrong checksum": bearer(otherLast(test.adminKey)),
    "an unknown coordinator's key": apiKey(forgeKey('crk_')),
    "an unknown operator's key": bearer(forgeKey('cro_')),
    "a coordinator's key with a wrong secret": apiKey(forgeKey('crk_', kidOf(key))),
    "an operator's key with a wrong secret": bearer(forgeKey('cro_', kidOf(test.adminKey))),
    "a coordinator's kid in an operator's key": bearer(forgeKey('cro_', kidOf(key))),
    "an operator's key in X-API-Key": apiKey(test.adminKey),
    'another key of the environment': apiKey(`${ENVIRONMENT_KEY}-`),
    'the key of the environment as a bearer': bearer(`${ENVIRONMENT_KEY}-`),
    'a wrong token for metrics': bearer(`${METRICS_TOKEN}-`),
  };
  return [
    {
      name: 'nothing',
      headers: {},
      at: { coordinator: missing, operator: missing, monitoring: missing },
    },
    ...Object.entries(proveNothing).map(([name, headers]) => ({ name, headers, at: NOWHERE })),
    {
      name: 'the token for metrics',
      headers: bearer(METRICS_TOKEN),
      at: { ...NOWHERE, monitoring: 'granted' },
    },
  ];
}

async function ofCoordinators(): Promise<Credential[]> {
  const register = (of: Parameters<typeof registerCoordinator>[1] = {}) =>
    registerCoordinator(test, { workspaceIds: [home.workspaceId], ...of });
  const at = (coordinator: Verdict) => ({ ...NOWHERE, coordinator });

  const expired = await register();
  await expireKey(test, expired.key.id);
  const revoked = await register();
  await admin(test, 'delete', `/admin/coordinators/${revoked.id}/keys/${revoked.key.id}`);
  const deleted = await register();
  await admin(test, 'delete', `/admin/coordinators/${deleted.id}`);
  const suspended = await register();
  await admin(test, 'patch', `/admin/coordinators/${suspended.id}`, { status: 'SUSPENDED' });
  const elsewhere = await register({ allowedNetworks: ['203.0.113.0/24', '2001:db8::/32'] });
  const rotated = await register();
  const rotate = `/admin/coordinators/${rotated.id}/keys/${rotated.key.id}/rotate`;
  const { apiKey: successor } = await admin<{ apiKey: string }>(test, 'post', rotate);
  const further = await issueKey(test, home.coordinator.id);
  const { items } = await admin<{ items: { id: string; name: string }[] }>(
    test,
    'get',
    '/admin/coordinators?limit=100',
  );
  const environment = items.find(({ name }) => name === 'environment');
  await admin(test, 'patch', `/admin/coordinators/${environment?.id}`, {
    workspaceIds: [home.workspaceId],
    rateLimitPerMinute: 1_000_000,
  });

  const ALL = ['jobs:read', 'jobs:write', 'stitcher:dispatch'];
  const lacking = await Promise.all(
    ALL.map(async (lacked) => ({
      name: `the key of a coordinator without ${lacked}`,
      headers: apiKey((await register({ permissions: ALL.filter((it) => it !== lacked) })).apiKey),
      at: at('granted'),
      lacks: [lacked],
    })),
  );
  return [
    { name: 'an expired key', headers: apiKey(expired.apiKey), at: at('401 key-expired') },
    { name: 'a revoked key', headers: apiKey(revoked.apiKey), at: at('401 key-revoked') },
    {
      name: 'the key of a deleted coordinator',
      headers: apiKey(deleted.apiKey),
      at: at('401 key-revoked'),
    },
    {
      name: 'the key of a suspended coordinator',
      headers: apiKey(suspended.apiKey),
      at: at('403 coordinator-suspended'),
    },
    {
      name: 'a key from the wrong network',
      headers: apiKey(elsewhere.apiKey),
      at: at('403 network-forbidden'),
    },
    ...lacking,
    { name: "a coordinator's key", headers: apiKey(home.coordinator.apiKey), at: at('granted') },
    {
      name: "a coordinator's key as a bearer",
      headers: bearer(home.coordinator.apiKey),
      at: at('granted'),
    },
    {
      name: "a coordinator's key as x-api-key",
      headers: { 'x-api-key': home.coordinator.apiKey },
      at: at('granted'),
    },
    {
      name: "a coordinator's key as X-Api-KEY",
      headers: { 'X-Api-KEY': home.coordinator.apiKey },
      at: at('granted'),
    },
    {
      name: "a coordinator's key as another bearer",
      headers: { authorization: `bEARER ${home.coordinator.apiKey}` },
      at: at('granted'),
    },
    { name: 'a further key', headers: apiKey(further.apiKey), at: at('granted') },
    { name: 'a rotated key in its overlap', headers: apiKey(rotated.apiKey), at: at('granted') },
    { name: 'the successor of a rotated key', headers: apiKey(successor), at: at('granted') },
    { name: 'the key of the environment', headers: apiKey(ENVIRONMENT_KEY), at: at('granted') },
  ];
}

async function ofOperators(): Promise<Credential[]> {
  const at = (operator: Verdict) => ({ ...NOWHERE, operator });
  const deleted = await registerOperator(test, { role: 'ADMIN' });
  await admin(test, 'delete', `/admin/operators/${deleted.id}`);
  const rotated = await registerOperator(test, { role: 'ADMIN' });
  await admin(test, 'post', `/admin/operators/${rotated.id}/rotate`);
  const demoted = await registerOperator(test, { role: 'ADMIN' });
  await admin(test, 'patch', `/admin/operators/${demoted.id}`, { role: 'OPERATOR' });
  const operator = await registerOperator(test);
  const limited = await registerOperator(test, { workspaceIds: [home.workspaceId] });
  const lacks = ['system:admin'];
  return [
    {
      name: 'the key of a deleted operator',
      headers: bearer(deleted.accessKey),
      at: at('401 key-revoked'),
    },
    // An operator has one key: with the new one, nothing is left that could prove the old one.
    {
      name: "an operator's key from before its rotation",
      headers: bearer(rotated.accessKey),
      at: at(INVALID),
    },
    {
      name: 'the key of an ADMIN who is none any more',
      headers: bearer(demoted.accessKey),
      at: at('granted'),
      lacks,
    },
    { name: "an OPERATOR's key", headers: bearer(operator.accessKey), at: at('granted'), lacks },
    {
      name: 'the key of an OPERATOR limited to the workspace',
      headers: bearer(limited.accessKey),
      at: at('granted'),
      lacks,
    },
    { name: "an ADMIN's key", headers: bearer(test.adminKey), at: at('granted') },
  ];
}

function otherLast(key: string): string {
  return key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');
}

/** What the credential is answered with at a route that declares this access. */
function verdictOf({ at, lacks = [] }: Credential, access: Access | undefined): Verdict {
  if (access === undefined) return '403 route-undeclared';
  if (access.kind === 'public') return 'granted';
  const permission = 'permission' in access ? access.permission : null;
  const lacked = permission !== null && lacks.includes(permission);
  return lacked && at[access.kind] === 'granted' ? '403 permission-missing' : at[access.kind];
}

/** Each request from an address of its own. */
function send({ method, path }: DeclaredRoute, request: RouteRequest, headers: Headers): Promise<Response> {
  return call(test, method.toLowerCase() as Method, pathOf(path, request), {
    headers: {
      ...request.headers,
      ...headers,
      'X-Forwarded-For': `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`,
    },
    ...(request.body !== undefined && { body: request.body }),
  });
}

function said({ status, body }: Response): string {
  return status < 400 ? String(status) : `${status} ${body.code}`;
}

/** The key of someone who may call the route, about the home workspace. */
function rightful({ access }: DeclaredRoute): Headers {
  if (access?.kind === 'operator') return bearer(test.adminKey);
  if (access?.kind === 'coordinator') return apiKey(home.coordinator.apiKey);
  return access?.kind === 'monitoring' ? bearer(METRICS_TOKEN) : {};
}

it('goes through the routes that there are, and no others', () => {
  expect(Object.keys(ROUTE_CASES).sort()).toEqual(ROUTES.map(({ route }) => route).sort());
});

describe.each(ROUTES)('$route', (route) => {
  const { access, path } = route;

  it('answers each credential as its declaration says, and a refused one changes nothing', async () => {
    const request = await mainRequest(test, route.route, home);
    const refused = credentials.filter((it) => verdictOf(it, access) !== 'granted');
    const before = await stateOf(test);
    const answers: string[] = [];
    const invalid = new Set<string>();
    for (const { name, headers } of refused) {
      const answer = await send(route, { ...request, headers: { 'X-Request-Id': 'same' } }, headers);
      answers.push(`${name}: ${said(answer)}`);
      if (answer.body.code === 'invalid-credential') invalid.add(answer.text);
    }
    expect(answers).toEqual(refused.map((it) => `${it.name}: ${verdictOf(it, access)}`));
    expect(await stateOf(test)).toEqual(before);
    // What proves nothing is told apart by nobody.
    expect(invalid.size).toBeLessThanOrEqual(1);
  });

  it('is granted to everybody who may', async () => {
    const [[success] = [0]] = routeCase(route.route).success;
    const granted = credentials.filter((it) => verdictOf(it, access) === 'granted');
    const answers: string[] = [];
    for (const { name, headers } of granted) {
      const request = await mainRequest(test, route.route, home);
      answers.push(`${name}: ${said(await send(route, request, headers))}`);
    }
    expect(answers).toEqual(granted.map(({ name }) => `${name}: ${success}`));
    expect(granted.length).toBeGreaterThan(0);
  });

  it('answers with each success that the document promises', async () => {
    const { success } = routeCase(route.route);
    const operation = DOCUMENT.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()];
    const promised = Object.keys(operation?.responses ?? {}).filter((it) => it.startsWith('2'));
    expect(promised).toEqual(success.map(([status]) => String(status)).sort());
    for (const [status, make] of success) {
      const answer = await send(route, await make(test, home), rightful(route));
      expect(said(answer)).toBe(String(status));
    }
  });

  const { foreign: expected } = routeCase(route.route);
  if (expected !== 'no tenant') {
    it("hides what is another tenant's, and changes nothing", async () => {
      const request = await mainRequest(test, route.route, foreign);
      const tenantLimited =
        access?.kind === 'coordinator'
          ? ["a coordinator's key", "a coordinator's key as a bearer", 'the key of the environment']
          : ['the key of an OPERATOR limited to the workspace'];
      const before = await stateOf(test);
      for (const { name, headers } of credentials.filter((it) => tenantLimited.includes(it.name))) {
        const sent = { ...request, headers: { 'X-Request-Id': 'same' } };
        const answer = await send(route, sent, headers);
        if (expected === 'hidden') {
          expect([name, answer.status]).toEqual([name, 200]);
          expect(answer.text).not.toContain(foreign.workspaceId);
        } else {
          expect([name, said(answer)]).toEqual([name, `${expected.status} ${expected.code}`]);
          const ofNothing = await send(route, unknown(sent), headers);
          expect(ofNothing.text).toBe(answer.text);
        }
      }
      expect(await stateOf(test)).toEqual(before);
    });
  }

  const params = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const objects = params.filter((name) => /^(id|\w+Id)$/.test(name));
  if (objects.length > 0) {
    it('takes no object for another, and changes nothing', async () => {
      const request = await mainRequest(test, route.route, home);
      const others = await everyObject();
      const before = await stateOf(test);
      for (const name of objects) {
        for (const [kind, id] of Object.entries(others)) {
          if (kind === kindOf(route, name)) continue;
          const mixed = { ...request, params: { ...request.params, [name]: id } };
          const answer = await send(route, mixed, rightful(route));
          expect([name, kind, said(answer)]).toEqual([name, kind, '404 not-found']);
        }
        const broken = { ...request, params: { ...request.params, [name]: 'not-an-id' } };
        expect(said(await send(route, broken, rightful(route)))).toBe('400 invalid-request');
      }
      expect(await stateOf(test)).toEqual(before);
    });
  }
});

/** The request about what does not exist. */
function unknown(request: RouteRequest): RouteRequest {
  const text = JSON.stringify({
    ...request,
    params: Object.fromEntries(Object.keys(request.params ?? {}).map((name) => [name, NOTHING])),
  });
  return JSON.parse(
    text.replaceAll(foreign.workspaceId, NOTHING).replaceAll(foreign.repository, 'acme/unheard-of'),
  );
}

/** One of each kind, all of the other tenant but the operator and what does not exist. */
async function everyObject(): Promise<Record<string, string>> {
  const { coordinator, workspaceId } = foreign;
  const job = await startJob(test, coordinator);
  await createJob(test, coordinator);
  const { rows } = await test.database.owner.query<{ id: string }>(
    'SELECT id FROM public.audit_log WHERE resource_id = $1',
    [job.id],
  );
  return {
    nothing: NOTHING,
    coordinator: coordinator.id,
    key: coordinator.key.id,
    operator: (await registerOperator(test)).id,
    workspace: workspaceId,
    job: job.id,
    record: rows[0]?.id ?? NOTHING,
  };
}

/** What the parameter names, for whoever is limited to no tenant; a key of another coordinator is none of this one's. */
function kindOf({ path, access }: DeclaredRoute, name: string): string | undefined {
  if (name === 'keyId' || access?.kind === 'coordinator') return undefined;
  const [first, second] = path.split('/').filter(Boolean);
  const rooms: Record<string, string> = {
    coordinators: path.includes(':keyId') ? 'none' : 'coordinator',
    operators: 'operator',
    workspaces: 'workspace',
    jobs: 'job',
    'audit-log': 'record',
  };
  return rooms[(first === 'admin' ? second : first) ?? ''];
}

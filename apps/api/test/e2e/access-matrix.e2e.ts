import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import type { DeclaredRoute } from '../../src/common/http/declared-routes.js';
import { readRoutes } from '../../src/openapi.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { DOCUMENT } from '../support/contract.js';
import {
  apiKey,
  bearer,
  type Credential,
  everyCredential,
  type Headers,
  METRICS,
  verdictOf,
  WITH_EVERY_CREDENTIAL,
} from '../support/credentials.js';
import { createJob, createWebhook, listen, registerOperator, startJob } from '../support/registry.js';
import { type RouteRequest, registerTenant, type Tenant } from '../support/route-cases.js';
import { mainRequest, ROUTE_CASES, routeCase, sendTo } from '../support/route-requests.js';
import { stateOf } from '../support/state.js';

/*
 * Every credential on every route, and every object of another tenant. The rows are the declared routes, the columns the kinds of
 * credentials. The expected answer follows from the access that the route declares. A new route is included automatically, and
 * fails until `route-requests.ts` has a request for it.
 */

const ROUTES = await readRoutes();

const NOTHING = '00000000-0000-7000-8000-000000000000';

let test: TestApp;
let home: Tenant;
let foreign: Tenant;
let credentials: Credential[];

beforeAll(async () => {
  test = await startTestApp(WITH_EVERY_CREDENTIAL);
  await listen(test);
  home = await registerTenant(test);
  foreign = await registerTenant(test);
  credentials = await everyCredential(test, home);
});

afterAll(() => test?.close());

/** Each request from an address of its own. */
function send(route: DeclaredRoute, request: RouteRequest, headers: Headers): Promise<Response> {
  const from = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;
  return sendTo(test, route, request, { headers: { ...headers, 'X-Forwarded-For': from } });
}

function said({ status, body }: Response): string {
  return status < 400 ? String(status) : `${status} ${body.code}`;
}

/** The key of someone who may call the route, about the home workspace. */
function rightful({ access }: DeclaredRoute): Headers {
  if (access?.kind === 'operator') return bearer(test.adminKey);
  if (access?.kind === 'coordinator') return apiKey(home.coordinator.apiKey);
  return access?.kind === 'monitoring' ? METRICS : {};
}

it('every route has a case, and every case has a route', () => {
  expect(Object.keys(ROUTE_CASES).sort()).toEqual(ROUTES.map(({ route }) => route).sort());
});

describe.each(ROUTES)('$route', (route) => {
  const { access, path } = route;

  it('answers the declared status to each refused credential, and changes nothing', async () => {
    const request = await mainRequest(test, route.route, home);
    const refused = credentials.filter((it) => verdictOf(it, access) !== 'granted');
    expect(refused.length > 0).toBe(access?.kind !== 'public');
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
    // All keys that prove nothing get one answer; all that have the prefix of the other kind get one, too.
    const ofOtherKind = [...invalid].filter((text) => text.includes('This route takes'));
    expect(ofOtherKind.length).toBeLessThanOrEqual(1);
    expect(invalid.size - ofOtherKind.length).toBeLessThanOrEqual(1);
  });

  it('answers the success status to each accepted credential', async () => {
    const {
      success: [[success] = [0]],
      others,
      unconfigured,
    } = routeCase(route.route);
    const granted =
      access?.kind === 'webhook'
        ? [{ name: 'the signature', headers: {}, renew: undefined, lacks: [] }]
        : credentials.filter((it) => verdictOf(it, access) === 'granted');
    const answers: string[] = [];
    const first = await mainRequest(test, route.route, home);
    for (const { name, headers, renew } of granted) {
      // Where nobody is looked at, the same request is the same to all.
      const request = access?.kind === 'public' ? first : await mainRequest(test, route.route, home);
      answers.push(`${name}: ${said(await send(route, request, (await renew?.()) ?? headers))}`);
    }
    const expected = ({ lacks = [] }: Pick<Credential, 'lacks'>) =>
      lacks.includes('system:admin') && others !== undefined ? others : (unconfigured ?? success);
    expect(answers).toEqual(granted.map((it) => `${it.name}: ${expected(it)}`));
    expect(granted.length).toBeGreaterThan(0);
  });

  if (route.method === 'GET') {
    it('answers HEAD with the status of GET and no body, for each credential, and changes nothing', async () => {
      const request = await mainRequest(test, route.route, home);
      const [[success] = [0]] = routeCase(route.route).success;
      const before = await stateOf(test);
      for (const credential of credentials) {
        const { status, text } = await send({ ...route, method: 'HEAD' }, request, credential.headers);
        const verdict = verdictOf(credential, access);
        const expected = verdict === 'granted' ? success : Number.parseInt(verdict, 10);
        expect([credential.name, status, text ?? '']).toEqual([credential.name, expected, '']);
      }
      // Otherwise the client asks for gzip with GET only.
      const headers = { ...rightful(route), 'Accept-Encoding': 'identity' };
      const asked = await send(route, request, headers);
      const head = await send({ ...route, method: 'HEAD' }, request, headers);
      const named = ({ headers }: Response) =>
        Object.keys(headers).filter((it) => !['content-length', 'transfer-encoding'].includes(it));
      expect(named(head).sort()).toEqual(named(asked).sort());
      // What is granted may be recorded.
      expect({ ...(await stateOf(test)), successes: before.successes }).toEqual(before);
    });
  }

  it('answers with each success status of the OpenAPI document', async () => {
    const { success, unconfigured } = routeCase(route.route);
    const operation = DOCUMENT.paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()];
    const promised = Object.keys(operation?.responses ?? {}).filter((it) => /^(2..|302)$/.test(it));
    expect(promised).toEqual(success.map(([status]) => String(status)).sort());
    for (const [status, make] of success) {
      const answer = await send(route, await make(test, home), rightful(route));
      expect(said(answer)).toBe(unconfigured ?? String(status));
    }
  });

  const { foreign: expected } = routeCase(route.route);
  if (expected !== 'no tenant') {
    it('hides objects of another tenant, and changes nothing', async () => {
      const request = await mainRequest(test, route.route, foreign);
      const tenantLimited =
        access?.kind === 'coordinator'
          ? ["a coordinator's key", "a coordinator's key as a bearer", 'the key of the environment']
          : ['the key of an OPERATOR limited to the workspace'];
      const before = await stateOf(test);
      const limited = credentials.filter((it) => tenantLimited.includes(it.name));
      expect(limited.map(({ name }) => name).sort()).toEqual(tenantLimited.sort());
      for (const { name, headers } of limited) {
        const sent = { ...request, headers: { 'X-Request-Id': 'same' } };
        const answer = await send(route, sent, headers);
        if (expected === 'hidden') {
          expect([name, answer.status]).toEqual([name, 200]);
          expect(answer.text).not.toContain(foreign.workspaceId);
        } else {
          expect([name, said(answer)]).toEqual([name, `${expected.status} ${expected.code}`]);
          const ofNothing = await send(route, unknown(sent), headers);
          // Each names the workspace that its request named.
          expect(ofNothing.text).toBe(answer.text.replaceAll(foreign.workspaceId, NOTHING));
        }
      }
      // What is granted may be recorded.
      expect({
        ...(await stateOf(test)),
        ...(expected === 'hidden' && { successes: before.successes }),
      }).toEqual(before);
    });
  }

  const params = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const objects = params.filter((name) => /^(id|\w+Id)$/.test(name));
  if (objects.length > 0) {
    it('refuses the id of an object of another kind, and changes nothing', async () => {
      const request = await mainRequest(test, route.route, home);
      const others = await everyObject();
      // A webhook is known by its id and what it signs: an id of anything else is a wrong credential.
      const [foreigner, malformed] =
        access?.kind === 'webhook'
          ? ['401 invalid-credential', '401 invalid-credential']
          : ['404 not-found', '400 invalid-request'];
      const before = await stateOf(test);
      for (const name of objects) {
        for (const [kind, id] of Object.entries(others)) {
          if (kind === kindOf(route, name)) continue;
          const mixed = { ...request, params: { ...request.params, [name]: id } };
          const answer = await send(route, mixed, rightful(route));
          expect([name, kind, said(answer)]).toEqual([name, kind, foreigner]);
        }
        const broken = { ...request, params: { ...request.params, [name]: 'not-an-id' } };
        expect(said(await send(route, broken, rightful(route)))).toBe(malformed);
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
    webhook: (await createWebhook(test, coordinator.id)).webhook.id,
    operator: (await registerOperator(test)).id,
    workspace: workspaceId,
    job: job.id,
    record: rows[0]?.id ?? NOTHING,
  };
}

/** The kind of object that the parameter names, for a caller who is limited to no tenant. A key belongs to one coordinator only. */
function kindOf({ path, access }: DeclaredRoute, name: string): string | undefined {
  if (name === 'keyId' || name === 'webhookId' || access?.kind === 'coordinator') return undefined;
  const [first, second] = path.split('/').filter(Boolean);
  const kinds: Record<string, string> = {
    sessions: 'session',
    coordinators: /:(key|webhook)Id/.test(path) ? 'none' : 'coordinator',
    operators: 'operator',
    workspaces: 'workspace',
    jobs: 'job',
    'audit-log': 'record',
  };
  return kinds[(first === 'admin' ? second : first) ?? ''];
}

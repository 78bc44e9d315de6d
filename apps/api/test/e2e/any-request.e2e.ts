import { randomInt } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DeclaredRoute } from '../../src/common/http/declared-routes.js';
import { argumentsOf } from '../../src/common/openapi/handler-arguments.js';
import { membersOf } from '../../src/common/openapi/request-schema.js';
import { encodeCursor } from '../../src/common/pagination/cursor.js';
import { readRoutes } from '../../src/openapi.js';
import { insertAdmin, startTestApp, type TestApp } from '../support/app.js';
import {
  expireKey,
  forgeKey,
  kidOf,
  listen,
  registerCoordinator,
  registerOperator,
} from '../support/registry.js';
import {
  mainRequest,
  type RouteRequest,
  registerTenant,
  stateOf,
  type Tenant,
} from '../support/route-requests.js';

/*
 * Whatever is sent to whatever route by whomever: never a 5xx, and whoever is refused has changed nothing. A failure prints its seed
 * and the smallest request that still fails; `fc.assert(…, { seed, path })` repeats it.
 */

const ROUTES = await readRoutes();
/** Of each route. */
const MOST_RUNS = 60;
const MOST_MS = Math.floor(30_000 / ROUTES.length);
const NOTHING = '00000000-0000-7000-8000-000000000000';

let test: TestApp;
let home: Tenant;
let foreign: Tenant;
let keys: Record<string, Record<string, string>>;
/** Several, of which each is held to its own limit of requests. */
let admins: string[];

beforeAll(async () => {
  // So that no address fails too often.
  test = await startTestApp({ trustProxy: 1 });
  await listen(test);
  home = await registerTenant(test);
  foreign = await registerTenant(test);
  const { coordinator } = home;
  const expired = await registerCoordinator(test, { workspaceIds: [home.workspaceId] });
  await expireKey(test, expired.key.id);
  const reader = await registerCoordinator(test, {
    workspaceIds: [home.workspaceId],
    permissions: ['jobs:read'],
  });
  const operator = await registerOperator(test, { workspaceIds: [home.workspaceId] });
  admins = await Promise.all(Array.from({ length: 10 }, () => insertAdmin(test.database.owner)));
  keys = {
    nobody: {},
    'a coordinator': { 'X-API-Key': coordinator.apiKey },
    'a coordinator of another workspace': { 'X-API-Key': foreign.coordinator.apiKey },
    'a coordinator that may read': { Authorization: `Bearer ${reader.apiKey}` },
    'an expired key': { 'X-API-Key': expired.apiKey },
    'an unknown key': { 'X-API-Key': forgeKey() },
    'a wrong key': { 'X-API-Key': forgeKey('crk_', kidOf(coordinator.apiKey)) },
    'an OPERATOR': { Authorization: `Bearer ${operator.accessKey}` },
  };
}, 120_000);

afterAll(() => test?.close(), 60_000);

/** A request as it goes over the wire. */
interface Sent {
  who: string;
  /** placed into the path as they stand */
  params: string[];
  /** after the `?`, as it stands */
  query: string;
  headers: Record<string, string>;
  body: string | undefined;
}

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());
const encoded = text.map((it) => encodeURIComponent(Buffer.from(it).toString()));
/** What a line of a header can be made of. */
const headerText = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((it) => it !== 0x7f)
    .map((it) => String.fromCharCode(it)),
  maxLength: 300,
});
/** Never a lease that ends while the test runs: it would be taken back by the server itself. */
const anyNumber = fc
  .oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true }))
  .map((it) => (it >= 30 && it < 300 ? 300 : it));
const ODD_TEXTS = [
  '',
  ' ',
  'null',
  '\0',
  '\ud800',
  '\u202e',
  "'; DROP TABLE jobs; --",
  '%00',
  'x'.repeat(300_000),
];
const ODD_BODIES = [
  '',
  ' ',
  '{',
  '[]',
  'null',
  '"\\u0000"',
  '{"type":"\\ud800"}',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{}}}',
  '{"toString":1}',
  '{"priority":1e999}',
  `${'['.repeat(100)}${']'.repeat(100)}`,
  `{"metadata":${'{"a":'.repeat(63)}1${'}'.repeat(63)}}`,
  '\ufeff{}',
];
const anyId = fc.oneof(
  fc.uuid(),
  fc.constantFrom(NOTHING, NOTHING.toUpperCase(), 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
);
const anyMember = fc.oneof(
  fc.jsonValue(),
  anyNumber,
  anyId,
  fc.array(anyId, { maxLength: 3 }),
  fc.constantFrom(...ODD_TEXTS),
  fc.constantFrom('2030-01-31T12:00:00Z', '9999-12-31T23:59:59.999Z', '0001-01-01T00:00:00Z', '10.0.0.0/8'),
  fc.constantFrom('RUNNING', 'CANCELLED', 'ADMIN', 'OPERATOR', 'SUSPENDED', 'ACTIVE', 'jobs:read'),
);
const anyCursor = fc.oneof(
  fc
    .tuple(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }), fc.uuid())
    .map(([at, id]) => encodeCursor({ t: at.toISOString(), id })),
  fc.uint8Array().map((it) => Buffer.from(it).toString('base64url')),
  fc.maxSafeInteger().map((it) => Buffer.from(JSON.stringify({ seq: it })).toString('base64url')),
);

/** Requests to the route: some that pass but for one thing, some that are nothing but noise. */
function anyRequest(route: DeclaredRoute, good: RouteRequest): fc.Arbitrary<Sent> {
  const taken = argumentsOf(route);
  const names = taken
    .flatMap((it) => (it.kind === 'query' ? membersOf(it.type) : []))
    .map(({ name }) => name);
  const members = taken
    .flatMap((it) => (it.kind === 'body' && it.type !== undefined ? membersOf(it.type) : []))
    .map(({ name }) => name);
  const placed = [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) =>
    fc.oneof(
      { weight: 6, arbitrary: fc.constant(encodeURIComponent(good.params?.[name] ?? '')) },
      { weight: 1, arbitrary: anyId },
      { weight: 1, arbitrary: encoded },
      {
        weight: 1,
        arbitrary: fc.constantFrom('%', '%ff', '%00', '%C0%80', '..', '%2e%2e%2f', 'a'.repeat(500)),
      },
    ),
  );
  const parameter = fc.tuple(
    names.length > 0
      ? fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: encoded })
      : encoded,
    fc.oneof(
      encoded,
      anyCursor,
      anyId,
      fc.integer().map(String),
      fc.constantFrom('1', '100', '%', '%00', '%ed%a0%80', 'PENDING', 'job.created', 'SUCCESS', 'acme/shop'),
      fc.constantFrom('2026-01-01T00:00:00Z', '9999-12-31T23:59:59%2B23:59', '0001-01-01T00:00:00Z'),
    ),
  );
  const goodBody = good.body ?? {};
  const changed = fc
    .tuple(
      fc.dictionary(
        fc.oneof(
          { weight: 8, arbitrary: fc.constantFrom(...members, ...Object.keys(goodBody), 'extra') },
          { weight: 1, arbitrary: fc.string() },
        ),
        anyMember,
        { maxKeys: 3 },
      ),
      fc.subarray(Object.keys(goodBody)),
    )
    .map(([replaced, dropped]) => {
      const kept = Object.entries(goodBody).filter(([name]) => !dropped.includes(name));
      return JSON.stringify({ ...Object.fromEntries(kept), ...replaced });
    });
  const goodText = good.body === undefined ? undefined : JSON.stringify(good.body);
  return fc.record({
    who: fc.oneof(
      { weight: 1, arbitrary: fc.constantFrom(...Object.keys(keys)) },
      {
        weight: 1,
        arbitrary: fc.constant(route.access?.kind === 'operator' ? 'an ADMIN' : 'a coordinator'),
      },
    ),
    params: fc.tuple(...placed),
    query: fc.oneof(
      { weight: 3, arbitrary: fc.constant('') },
      {
        weight: 3,
        arbitrary: fc
          .array(parameter, { maxLength: 3 })
          .map((it) => it.map(([name, value]) => `${name}=${value}`).join('&')),
      },
      { weight: 1, arbitrary: encoded },
    ),
    headers: fc.record(
      {
        'Content-Type': fc.oneof(
          { weight: 8, arbitrary: fc.constant('application/json') },
          {
            weight: 1,
            arbitrary: fc.constantFrom(
              'text/plain',
              'application/json; charset=utf-16',
              'multipart/form-data',
              ';',
            ),
          },
        ),
        'Idempotency-Key': fc.oneof(headerText, fc.constantFrom('', 'once')),
        'If-Match': fc.oneof(headerText, fc.constantFrom('*', '"1"', 'W/"1"', '"1", "99999999999"')),
        'X-Request-Id': headerText,
        'X-Gitea-Event': fc.oneof(headerText, fc.constantFrom('issues', 'issue_comment', 'push')),
        'User-Agent': headerText,
        Accept: headerText,
      },
      { requiredKeys: ['Content-Type'] },
    ),
    body:
      route.method === 'GET'
        ? fc.constant(undefined)
        : fc.oneof(
            { weight: 2, arbitrary: fc.constant(goodText) },
            { weight: 6, arbitrary: changed },
            { weight: 1, arbitrary: fc.jsonValue().map((it) => JSON.stringify(it)) },
            { weight: 1, arbitrary: fc.constantFrom(...ODD_BODIES) },
          ),
  });
}

const agent = new Agent({ keepAlive: true });

/** Over the bare wire: clients mend what is sent. Each from an address of its own. */
function send({ method, path }: DeclaredRoute, { who, params, query, headers, body }: Sent): Promise<Answer> {
  const [...values] = params;
  const placed = path.replaceAll(/:\w+/g, () => values.shift() ?? '');
  const credential = keys[who] ?? { Authorization: `Bearer ${admins[randomInt(admins.length)]}` };
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        agent,
        port: (test.app.getHttpServer().address() as AddressInfo).port,
        method,
        path: query === '' ? placed : `${placed}?${query}`,
        headers: {
          ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }),
          ...headers,
          ...credential,
          'X-Forwarded-For': `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

interface Answer {
  status: number;
  text: string;
}

describe('whatever is sent', () => {
  const seen = new Set<number>();

  it.each(ROUTES)('$route never fails, and changes nothing where it refuses', async (route) => {
    const good = await mainRequest(test, route.route, home);
    let state = await stateOf(test);
    const end = performance.now() + MOST_MS;
    const holds = fc.asyncProperty(anyRequest(route, good), async (sent) => {
      // Not interruptAfterTimeLimit: it would leave a request under way to the next test.
      if (performance.now() > end) return;
      const { status, text: answered } = await send(route, sent);
      seen.add(status);
      if (status >= 500) throw new Error(`${status} ${answered}`);
      const before = state;
      state = await stateOf(test);
      if (status >= 400) expect(state).toEqual(before);
    });
    await fc.assert(holds, { numRuns: MOST_RUNS });
  });

  it('was granted, blamed, refused and not found by turns', () => {
    for (const status of [200, 201, 400, 401, 403, 404]) expect(seen).toContain(status);
  });
});

import { Agent, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { bodyLimitOf } from '../../src/common/http/body-limit.js';
import type { DeclaredRoute } from '../../src/common/http/declared-routes.js';
import { argumentsOf } from '../../src/common/openapi/handler-arguments.js';
import { membersOf } from '../../src/common/openapi/request-schema.js';
import { readRoutes } from '../../src/openapi.js';
import { insertAdmin, startTestApp, type TestApp } from '../support/app.js';
import { listen, registerCoordinator } from '../support/registry.js';
import { type RouteRequest, registerTenant, type Tenant } from '../support/route-cases.js';
import { mainRequest, pathOf } from '../support/route-requests.js';

/*
 * What a request costs the processor grows with its bytes: twice the input costs less than three times as much, whatever it is made of. What
 * grows with their square costs four times as much. Counted is the time of processor of this process, server and client, not how long it took;
 * of several tries the cheapest.
 */

const ROUTES = await readRoutes();
/** The processor time of one request is noisy. A cost that grows with the square fails every try. */
const MAX_TRIES = 16;
const WORSE_THAN_LINEAR = 3;
/** The larger body; twice the smaller. */
const LARGE = 524_288;

let test: TestApp;
let home: Tenant;
let key: string;
let admins: string[];
let port: number;

jest.setTimeout(300_000);

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  port = (test.app.getHttpServer().address() as AddressInfo).port;
  home = await registerTenant(test);
  const { apiKey } = await registerCoordinator(test, {
    workspaceIds: [home.workspaceId],
    rateLimitPerMinute: 1_000_000,
  });
  key = apiKey;
  // Each is held to its own limit of requests.
  admins = await Promise.all(Array.from({ length: 20 }, () => insertAdmin(test.database.owner)));
});

afterAll(() => test?.close());

/** The same for every body: what is refused changes nothing. */
const requests = new Map<string, Promise<RouteRequest>>();
function requestTo({ route }: DeclaredRoute): Promise<RouteRequest> {
  const request = requests.get(route) ?? mainRequest(test, route, home);
  requests.set(route, request);
  return request;
}

/** JSON of about so many bytes. */
type Shape = (bytes: number) => string;

const filled = (part: (at: number) => string, bytes: number) => {
  const parts: string[] = [];
  for (let at = 0, length = 0; length < bytes; at += 1) {
    const next = part(at);
    parts.push(next);
    length += next.length + 1;
  }
  return parts.join();
};
const SHAPES: Record<string, Shape> = {
  'an object of many members': (bytes) => `{${filled((at) => `"m${at}":0`, bytes)}}`,
  'an object of few members with long names': (bytes) =>
    `{${filled((at) => `"${'m'.repeat(200)}${at}":0`, bytes)}}`,
  'a long array of numbers': (bytes) => `[${filled(() => '0', bytes)}]`,
  'a long array of texts': (bytes) => `[${filled((at) => `"t${at}"`, bytes)}]`,
  'a long array of empty arrays': (bytes) => `[${filled(() => '[]', bytes)}]`,
  'deep arrays': (bytes) => '['.repeat(bytes / 2) + ']'.repeat(bytes / 2),
  'deep objects': (bytes) => `${'{"a":'.repeat(bytes / 6)}0${'}'.repeat(bytes / 6)}`,
  'a long text': (bytes) => `"${'a'.repeat(bytes)}"`,
  'a long text of escapes': (bytes) => `"${'\\u0041'.repeat(bytes / 6)}"`,
  'a long number': (bytes) => '1'.repeat(bytes),
};

interface Asked {
  path: string;
  headers: Record<string, string>;
  body?: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let turn = 0;

function send({ method, access }: DeclaredRoute, { path, headers, body }: Asked): Promise<number> {
  turn += 1;
  const credential = access?.kind === 'operator' ? admins[turn % admins.length] : key;
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        agent,
        port,
        path,
        method,
        headers: {
          ...headers,
          ...(access?.kind !== 'public' &&
            access?.kind !== 'monitoring' && { Authorization: `Bearer ${credential}` }),
          ...(body !== undefined && {
            'Content-Type': 'application/json',
            'Content-Length': Buffer.byteLength(body),
          }),
        },
      },
      (response) => {
        response.on('error', reject);
        response.on('end', () => resolve(response.statusCode ?? 0));
        response.resume();
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Microseconds of processor for one request, or for several of them. */
async function costOf(route: DeclaredRoute, asked: Asked, times: number): Promise<number> {
  const before = process.cpuUsage();
  for (let n = 0; n < times; n += 1) {
    const status = await send(route, asked);
    if (status >= 500 || status === 429) throw new Error(`${route.route} is ${status}`);
  }
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

async function expectLinear(route: DeclaredRoute, once: Asked, twice: Asked, times = 1): Promise<void> {
  let [less, more] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let n = 0; n < MAX_TRIES; n += 1) {
    less = Math.min(less, await costOf(route, once, times));
    more = Math.min(more, await costOf(route, twice, times));
    if (more < WORSE_THAN_LINEAR * less) return;
  }
  throw new Error(
    `${route.route}: ${more} µs where half of it costs ${less}: ${JSON.stringify(twice).slice(0, 200)}`,
  );
}

describe('costly body', () => {
  const routes = ROUTES.filter(({ method }) => method !== 'GET');
  const isLarge = ({ handler }: DeclaredRoute) => bodyLimitOf(handler) >= LARGE;

  async function expectLinearBody(route: DeclaredRoute, body: Shape): Promise<void> {
    const path = pathOf(route.path, await requestTo(route));
    const asked = (bytes: number) => ({ path, headers: {}, body: body(bytes) });
    await expectLinear(route, asked(LARGE / 2), asked(LARGE));
  }

  it.each(routes.filter((it) => !isLarge(it)))(
    'is read in linear time by $route, which has a small limit',
    async (route) => {
      await expectLinearBody(route, SHAPES['an object of many members'] ?? String);
    },
  );

  describe.each(Object.entries(SHAPES))('as %s', (_, shape) => {
    it.each(routes.filter(isLarge))('is read in linear time by $route', async (route) => {
      for (const body of bodiesOf(route, await requestTo(route), shape)) await expectLinearBody(route, body);
    });
  });

  it('covers routes with small and with large limits', () => {
    expect(routes.filter(isLarge).length).toBeGreaterThan(4);
    expect(routes.length).toBeGreaterThan(15);
  });
});

/** The shape as the whole body, and in each member that the route knows. */
function bodiesOf(route: DeclaredRoute, good: RouteRequest, shape: Shape): Shape[] {
  const known = argumentsOf(route).flatMap((it) =>
    it.kind === 'body' && it.type !== undefined ? membersOf(it.type) : [],
  );
  const inMembers = [...new Set([...known.map(({ name }) => name), ...Object.keys(good.body ?? {})])].map(
    (member): Shape =>
      (bytes) => {
        const rest = Object.entries(good.body ?? {}).filter(([name]) => name !== member);
        const start = JSON.stringify(Object.fromEntries(rest)).slice(0, -1);
        return `${start}${rest.length > 0 ? ',' : ''}"${member}":${shape(bytes)}}`;
      },
  );
  return [shape, ...inMembers];
}

describe('costly request line and header fields', () => {
  const long = (part: (at: number) => string, bytes: number) => filled(part, bytes);

  it.each(ROUTES)('are read in linear time by $route', async (route) => {
    const good = await requestTo(route);
    const path = pathOf(route.path, good);
    const asked: ((bytes: number) => Asked)[] = [
      (bytes) => ({ path: `${path}?${long((at) => `a${at}=1`, bytes).replaceAll(',', '&')}`, headers: {} }),
      (bytes) => ({ path: `${path}?${long(() => 'a=1', bytes).replaceAll(',', '&')}`, headers: {} }),
      (bytes) => ({ path, headers: { Cookie: long((at) => `c${at}=1`, bytes).replaceAll(',', ';') } }),
      (bytes) => ({ path, headers: { 'If-Match': long((at) => `"${at}"`, bytes) } }),
      (bytes) => ({ path, headers: { 'If-None-Match': long((at) => `"${at}"`, bytes) } }),
      (bytes) => ({ path, headers: { 'X-Forwarded-For': long(() => '10.0.0.1', bytes) } }),
      (bytes) => ({
        path,
        headers: Object.fromEntries(Array.from({ length: bytes / 8 }, (_, at) => [`x${at}`, '1'])),
      }),
    ];
    // A request is refused for its limit before it is read: each of an operator's counts.
    for (const of of asked) await expectLinear(route, of(6_000), of(12_000), 3);
  });
});

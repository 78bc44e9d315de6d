import { randomInt } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DeclaredRoute } from '../../src/common/http/declared-routes.js';
import { readRoutes } from '../../src/openapi.js';
import { insertAdmin, startTestApp, type TestApp } from '../support/app.js';
import {
  apiKey,
  bearer,
  everyCredential,
  type Headers,
  WITH_EVERY_CREDENTIAL,
} from '../support/credentials.js';
import { almostGood, anyRequest, type Sent } from '../support/odd-requests.js';
import { admin, listen } from '../support/registry.js';
import { registerTenant, type Tenant } from '../support/route-cases.js';
import { mainRequest } from '../support/route-requests.js';
import { stateOf } from '../support/state.js';

/*
 * Random requests to every route with every credential: none is answered 5xx, and a refused one changes nothing. A failure prints its
 * seed and the smallest request that still fails; `fc.assert(…, { seed, path })` repeats it.
 */

const ROUTES = await readRoutes();
const FEEDS = new Set(['GET /audit-log/feed', 'GET /coordinator/events']);
/** Of each route, beside those that are tried each time; a few only, once the time is up. */
const RUNS = 30;
const MIN_RUNS = 5;
const MAX_MS = 45_000;

let test: TestApp;
let home: Tenant;
let keys: Record<string, Headers>;
/** Several, of which each is held to its own limit of requests. */
let admins: string[];

beforeAll(async () => {
  test = await startTestApp(WITH_EVERY_CREDENTIAL);
  await listen(test);
  home = await registerTenant(test);
  // A rotation without an overlap would end the key, with which the good requests are made.
  await admin(test, 'patch', `/admin/coordinators/${home.coordinator.id}`, {
    permissions: ['jobs:read', 'jobs:write', 'stitcher:dispatch'],
  });
  const foreign = await registerTenant(test);
  const credentials = await everyCredential(test, home);
  keys = {
    ...Object.fromEntries(credentials.map(({ name, headers }) => [name, headers])),
    "another tenant's key": apiKey(foreign.coordinator.apiKey),
  };
  admins = await Promise.all(Array.from({ length: 10 }, () => insertAdmin(test.database.owner)));
});

afterAll(() => test?.close());

const agent = new Agent({ keepAlive: true });

/** Over the bare wire: clients mend what is sent. Each from an address of its own. */
function send({ method, path }: DeclaredRoute, { who, params, query, headers, body }: Sent): Promise<Answer> {
  const [...values] = params;
  const placed = path.replaceAll(/:\w+/g, () => values.shift() ?? '');
  const credential = keys[who] ?? bearer(admins[randomInt(admins.length)] ?? '');
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
        // A feed that follows has no end.
        if (FEEDS.has(`${method} ${path}`) && response.statusCode === 200) {
          resolve({ status: 200, text: '' });
          response.destroy();
        }
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

describe('generated requests', () => {
  const seen = new Set<number>();
  let end: number;

  beforeAll(() => {
    end = performance.now() + MAX_MS;
  });

  it.each(ROUTES)('$route never answers 5xx, and changes nothing where it refuses', async (route) => {
    const good = await mainRequest(test, route.route, home);
    let state = await stateOf(test);
    const holds = fc.asyncProperty(anyRequest(route, good, Object.keys(keys)), async (sent) => {
      const { status, text: answered } = await send(route, sent);
      seen.add(status);
      if (status >= 500) throw new Error(`${status} ${answered}`);
      const before = state;
      state = await stateOf(test);
      if (status >= 400) expect(state).toEqual(before);
    });
    const examples = almostGood(route, good).map((it): [Sent] => [it]);
    const runs = performance.now() < end ? RUNS : MIN_RUNS;
    await fc.assert(holds, { examples, numRuns: examples.length + runs });
  });

  it('the generated requests got 200, 201, 400, 401, 403 and 404', () => {
    for (const status of [200, 201, 400, 401, 403, 404]) expect(seen).toContain(status);
  });
});

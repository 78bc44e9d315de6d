import { randomInt } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { DeclaredRoute } from '../../src/common/http/declared-routes.js';
import { isProblemCode, PROBLEMS } from '../../src/common/problems/catalogue.js';
import { readRoutes } from '../../src/openapi.js';
import { insertAdmin, startTestApp, type TestApp } from '../support/app.js';
import { WITH_EVERY_CREDENTIAL } from '../support/credentials.js';
import { bytesOf, ODDITIES, plainly, type Wire } from '../support/odd-bytes.js';
import { converse, type RawAnswer } from '../support/raw-http.js';
import { listen } from '../support/registry.js';
import { type RouteRequest, registerTenant, type Tenant } from '../support/route-cases.js';
import { mainRequest, pathOf } from '../support/route-requests.js';
import { stateOf } from '../support/state.js';

/*
 * Random bytes on a connection: every answer is HTTP, and none is a 5xx. A refusal is a problem document, also if no request could be
 * read, and changes nothing. The server then closes the connection or reads the next request.
 */

const ROUTES = await readRoutes();
/** Of each route; a few only, once the time is up. */
const RUNS = 20;
const MIN_RUNS = 3;
const MAX_MS = 40_000;

let test: TestApp;
let home: Tenant;
let admins: string[];
let port: number;
let state: Record<string, string>;

beforeAll(async () => {
  test = await startTestApp(WITH_EVERY_CREDENTIAL);
  await listen(test);
  port = (test.app.getHttpServer().address() as AddressInfo).port;
  home = await registerTenant(test);
  admins = await Promise.all(Array.from({ length: 10 }, () => insertAdmin(test.database.owner)));
});

afterAll(() => test?.close());

jest.setTimeout(300_000);

const PROBE = Buffer.from(
  'GET /health/live HTTP/1.1\r\nHost: a\r\nX-Request-Id: probe\r\nConnection: close\r\n\r\n',
);

/** What any client would send. */
function wireOf({ method, path, access }: DeclaredRoute, good: RouteRequest): Wire {
  const key =
    access?.kind === 'operator'
      ? ['Authorization', `Bearer ${admins[randomInt(admins.length)]}`]
      : ['X-API-Key', home.coordinator.apiKey];
  return plainly({
    method,
    target: pathOf(path, good),
    headers: [
      [key[0] ?? '', key[1] ?? ''],
      ['Content-Type', 'application/json'],
      ['X-Forwarded-For', `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`],
    ],
    body: good.body === undefined ? '' : JSON.stringify(good.body),
  });
}

interface How {
  cutOff: boolean;
  head: boolean;
}

/** Sends the bytes, in pieces, and a plain request after them. @returns the answers but for that to the last */
async function send(bytes: Buffer, cuts: number[], { cutOff, head }: How): Promise<RawAnswer[]> {
  const all = cutOff ? bytes : Buffer.concat([bytes, PROBE]);
  const at = [
    0,
    ...cuts.map((it) => Math.floor(it * all.length)).sort((one, other) => one - other),
    all.length,
  ];
  const pieces = at.slice(1).map((end, n) => all.subarray(at[n], end));
  const answers = await converse(port, pieces, { cutOff, head });
  return answers.filter(({ headers }) => headers['x-request-id'] !== 'probe');
}

function expectProblem({ status, headers, body }: RawAnswer, head: boolean): void {
  expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
  if (head && body === '') return;
  const { code } = JSON.parse(body) as { code: string };
  expect([code, isProblemCode(code) && PROBLEMS[code].status]).toEqual([code, status]);
}

async function holds(bytes: Buffer, cuts: number[], { cutOff, head }: How): Promise<RawAnswer[]> {
  const answers = await send(bytes, cuts, { cutOff, head });
  for (const answer of answers) {
    if (answer.status >= 500) throw new Error(`${answer.status} ${answer.body}`);
    if (answer.status >= 400) expectProblem(answer, head);
  }
  const before = state;
  state = await stateOf(test);
  if (answers.length > 0 && answers.every(({ status }) => status >= 400)) expect(state).toEqual(before);
  return answers;
}

const isHead = ({ method }: Wire) => method.trim() === 'HEAD';

describe.each(['GET /jobs', 'POST /coordinator/jobs', 'DELETE /admin/operators/:id'])('%s', (name) => {
  it.each(Object.entries(ODDITIES))('answers a request with %s', async (_, odd) => {
    const route = ROUTES.find(({ route }) => route === name);
    if (route === undefined) throw new Error(`there is no ${name}`);
    const wire = odd(wireOf(route, await mainRequest(test, name, home)));
    state = await stateOf(test);
    const answers = await holds(bytesOf(wire), [], { cutOff: wire.cutOff, head: isHead(wire) });
    expect(answers.length).toBeGreaterThan(0);
  });
});

describe('mutated request bytes', () => {
  let end: number;
  beforeAll(() => {
    end = performance.now() + MAX_MS;
  });

  const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 });
  // With an upgrade, Node tells no error of a body: the request ends by `requestTimeout`, for which no test waits.
  const combined = Object.keys(ODDITIES).filter((it) => !it.startsWith('an upgrade'));
  const oddities = fc.subarray(combined, { minLength: 1, maxLength: 3 });

  it.each(ROUTES)('$route never answers 5xx, and changes nothing where it refuses', async (route) => {
    const good = await mainRequest(test, route.route, home);
    state = await stateOf(test);
    const numRuns = performance.now() < end ? RUNS : MIN_RUNS;
    await fc.assert(
      fc.asyncProperty(oddities, cuts, async (names, at) => {
        const wire = names.reduce((made, name) => ODDITIES[name]?.(made) ?? made, wireOf(route, good));
        const answers = await holds(bytesOf(wire), at, { cutOff: wire.cutOff, head: isHead(wire) });
        // A connection that is cut off may close before the answer to the complete requests.
        if (!wire.cutOff) expect(answers.length).toBeGreaterThan(0);
      }),
      { numRuns },
    );
  });

  it.each(ROUTES)('$route changes nothing when the request is cut off', async (route) => {
    const good = await mainRequest(test, route.route, home);
    state = await stateOf(test);
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        cuts,
        async (part, at) => {
          const bytes = bytesOf(wireOf(route, good));
          const before = state;
          await holds(bytes.subarray(0, Math.floor(part * bytes.length)), at, { cutOff: true, head: false });
          expect(state).toEqual(before);
        },
      ),
      { numRuns: MIN_RUNS },
    );
  });

  it('random bytes get an answer, and the connection is closed', async () => {
    state = await stateOf(test);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), cuts, async (noise, at) => {
        await holds(Buffer.from(noise), at, { cutOff: false, head: false });
      }),
      { numRuns: 100 },
    );
  });
});

import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readRoutes } from '../../src/openapi.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { hear } from '../support/raw-http.js';
import { call, forgeKey, listen, registerCoordinator } from '../support/registry.js';
import { registerTenant, type Tenant } from '../support/route-cases.js';

/*
 * The headers announce a body of 1 MiB, and the client never sends it. What the headers decide is answered all the same, so no body is
 * received or parsed for it.
 */

const ROUTES = (await readRoutes()).filter(({ method }) => method !== 'GET');
const ID = '00000000-0000-7000-8000-000000000000';

let test: TestApp;
let port: number;
let home: Tenant;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  port = (test.app.getHttpServer().address() as AddressInfo).port;
  home = await registerTenant(test);
});

afterAll(() => test?.close());

/** The answer to headers alone. */
async function answerTo(method: string, path: string, ...headers: string[]): Promise<string> {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: a',
    'Content-Type: application/json',
    'Content-Length: 1048576',
    ...headers,
  ];
  return await hear(port, `${lines.join('\r\n')}\r\n\r\n`, /\r\n\r\n\{.*\}$/s);
}

function expectRefusal(answer: string, status: number, code: string): void {
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(answer.toLowerCase()).toContain('\r\nconnection: close\r\n');
  expect(answer).toContain(`"code":"${code}"`);
}

const wrongChecksum = (key: string) => `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`;

describe('a body that is never sent', () => {
  const guarded = ROUTES.filter(
    ({ access }) => access?.kind === 'coordinator' || access?.kind === 'operator',
  );

  it('covers more than 15 routes with a guard', () => {
    expect(guarded.length).toBeGreaterThan(15);
  });

  it.each(guarded)(
    '$route answers 401 without a key, and with a malformed key or a wrong checksum',
    async ({ method, path, access }) => {
      const at = path.replaceAll(/:\w+/g, ID);
      expectRefusal(await answerTo(method, at), 401, 'missing-credential');
      expectRefusal(await answerTo(method, at, 'X-API-Key: nonsense'), 401, 'invalid-credential');
      const key = access?.kind === 'operator' ? test.adminKey : home.coordinator.apiKey;
      const mistyped = `Authorization: Bearer ${wrongChecksum(key)}`;
      expectRefusal(await answerTo(method, at, mistyped), 401, 'invalid-credential');
    },
  );

  it('answers 401 invalid-credential for an unknown key', async () => {
    const answer = await answerTo('POST', '/coordinator/jobs', `X-API-Key: ${forgeKey()}`);
    expectRefusal(answer, 401, 'invalid-credential');
  });

  it('answers 404 for an unknown route, and 405 for a method that the route does not have', async () => {
    expectRefusal(await answerTo('POST', '/nowhere'), 404, 'route-not-found');
    expectRefusal(await answerTo('PUT', '/coordinator/jobs'), 405, 'method-not-allowed');
  });

  it('answers 429 to a caller over its rate limit', async () => {
    const { apiKey } = await registerCoordinator(test, { rateLimitPerMinute: 1 });
    await call(test, 'get', '/coordinator/jobs', { key: apiKey });
    const answer = await answerTo('POST', '/coordinator/jobs', `X-API-Key: ${apiKey}`);
    expectRefusal(answer, 429, 'rate-limited');
  });

  it('answers 413 where the route accepts less', async () => {
    expectRefusal(await answerTo('POST', '/keys/revoke'), 413, 'content-too-large');
  });

  it('answers 415 for a body that is not JSON', async () => {
    const answer = await hear(
      port,
      `POST /keys/revoke HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n`,
      /\r\n\r\n\{.*\}$/s,
    );
    expectRefusal(answer, 415, 'unsupported-media-type');
  });

  it('answers 415 for a compressed body', async () => {
    const answer = await answerTo(
      'POST',
      '/coordinator/jobs',
      `X-API-Key: ${home.coordinator.apiKey}`,
      'Content-Encoding: gzip',
    );
    expectRefusal(answer, 415, 'unsupported-media-type');
  });

  it('answers 400 for a wrong query', async () => {
    const answer = await answerTo(
      'POST',
      '/coordinator/jobs?surprise=1',
      `X-API-Key: ${home.coordinator.apiKey}`,
    );
    expectRefusal(answer, 400, 'invalid-request');
  });
});

describe('Expect: 100-continue', () => {
  const EXPECT = 'Expect: 100-continue';

  it('gets 100 Continue once the headers are accepted', async () => {
    const body = JSON.stringify({ workspaceId: home.workspaceId, type: 'build' });
    const head = [
      'POST /coordinator/jobs HTTP/1.1',
      'Host: a',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      `X-API-Key: ${home.coordinator.apiKey}`,
      EXPECT,
    ].join('\r\n');
    expect(await hear(port, `${head}\r\n\r\n`, /\r\n\r\n$/)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    expect(await hear(port, `${head}\r\n\r\n${body}`, /\}$/)).toMatch(
      /^HTTP\/1\.1 100 .*\r\n\r\nHTTP\/1\.1 201 /s,
    );
  });

  it('gets no 100 Continue on a refused request', async () => {
    const answer = await answerTo('POST', '/coordinator/jobs', EXPECT);
    expectRefusal(answer, 401, 'missing-credential');
  });

  it('is ignored with HTTP/1.0', async () => {
    const head = `POST /keys/revoke HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: 2\r\n${EXPECT}\r\n\r\n`;
    expect(await hear(port, `${head}{}`, /\}$/)).toMatch(/^HTTP\/1\.[01] 400 /);
  });
});

it('a refused small body that came with its headers leaves the connection open', async () => {
  const request =
    'POST /coordinator/jobs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
  const said = await hear(port, `${request}${request}`, /\}HTTP\/1\.1 401 .*\}$/s);
  expect(said.toLowerCase()).not.toContain('connection: close');
});

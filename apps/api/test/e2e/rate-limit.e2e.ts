import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import supertest from 'supertest';
import { startServer, startTestApp, type TestApp } from '../support/app.js';
import { holdTime, startTime } from '../support/clock.js';
import {
  admin,
  type Call,
  call,
  forgeKey,
  issueKey,
  kidOf,
  listen,
  registerCoordinator,
  registerOperator,
  writeAsSystem,
} from '../support/registry.js';

let test: TestApp;

beforeAll(async () => {
  // One hop is trusted, so that a test can come from any address.
  test = await startTestApp({ trustProxy: 1 });
  await listen(test);
});

beforeEach(holdTime);
afterEach(startTime);

afterAll(() => test?.close());

function health(of: Call): Promise<Response> {
  return call(test, 'get', '/coordinator/health', of);
}

function list(of: Call): Promise<Response> {
  return call(test, 'get', '/coordinator/jobs', of);
}

function from(address: string): Record<string, string> {
  return { 'X-Forwarded-For': address };
}

function atOnce(count: number, one: (at: number) => Promise<Response>): Promise<Response[]> {
  return Promise.all(Array.from({ length: count }, (_, at) => one(at)));
}

function count(answers: Response[], status: number): number {
  return answers.filter((it) => it.status === status).length;
}

describe('rate limit of a coordinator', () => {
  it('accepts exactly 100 of 130 simultaneous requests, and reports the limit in each response', async () => {
    const { apiKey } = await registerCoordinator(test, { rateLimitPerMinute: 100 });
    const answers = await atOnce(130, () => list({ key: apiKey }));
    expect([count(answers, 200), count(answers, 429)]).toEqual([100, 30]);

    const left = answers
      .filter(({ status }) => status === 200)
      .map((it) => it.headers['ratelimit-remaining']);
    expect(left.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, at) => at));
    for (const { status, headers, body } of answers) {
      expect(headers['ratelimit-limit']).toBe('100');
      expect(headers['ratelimit-reset']).toMatch(/^([1-9]|[1-5]\d|6[01])$/);
      if (status === 200) expect(headers['retry-after']).toBeUndefined();
      else {
        expect(headers['ratelimit-remaining']).toBe('0');
        expect(headers['retry-after']).toMatch(/^([1-9]|[1-5]\d|6[01])$/);
        expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
        expect(body).toMatchObject({ status: 429, code: 'rate-limited' });
      }
    }
  });

  it('is 100 a minute by default', async () => {
    const workspace = await admin<{ id: string }>(test, 'post', '/admin/workspaces', {
      slug: 'default-limit',
      name: 'x',
    });
    const { apiKey } = await admin<{ apiKey: string }>(test, 'post', '/admin/coordinators', {
      name: 'default limit',
      workspaceIds: [workspace.id],
    });
    expect((await list({ key: apiKey })).headers['ratelimit-limit']).toBe('100');
  });

  it('is shared by all keys of a coordinator, and not with other coordinators', async () => {
    const [one, other] = [
      await registerCoordinator(test, { rateLimitPerMinute: 20 }),
      await registerCoordinator(test, { rateLimitPerMinute: 20 }),
    ];
    const second = await issueKey(test, one.id);
    const answers = await atOnce(40, (at) => list({ key: at % 2 === 0 ? one.apiKey : second.apiKey }));
    expect([count(answers, 200), count(answers, 429)]).toEqual([20, 20]);
    const others = await atOnce(20, () => list({ key: other.apiKey }));
    expect(count(others, 200)).toBe(20);
  });

  it('counts every authenticated request: health, refusals, 404 and 400', async () => {
    const { apiKey: key, workspaceIds } = await registerCoordinator(test, {
      rateLimitPerMinute: 6,
      permissions: ['jobs:read'],
    });
    expect((await health({ key })).headers['ratelimit-remaining']).toBe('5');
    const body = { workspaceId: workspaceIds[0], type: 'build' };
    const counted: [Response, number][] = [
      [await call(test, 'post', '/coordinator/jobs', { key, body }), 403],
      [await call(test, 'get', '/coordinator/jobs/00000000-0000-7000-8000-000000000000', { key }), 404],
      [await call(test, 'get', '/coordinator/jobs/nonsense', { key }), 400],
      [await call(test, 'post', '/coordinator/jobs', { key, body: '{' }), 403],
    ];
    expect(counted.map(([answer]) => answer.status)).toEqual(counted.map(([, status]) => status));
    expect(counted.map(([answer]) => answer.headers['ratelimit-remaining'])).toEqual(['4', '3', '2', '1']);
    expect((await health({ key })).status).toBe(200);
    expect((await health({ key })).status).toBe(429);
  });

  it('does not count requests with the kid and a wrong secret', async () => {
    const { apiKey } = await registerCoordinator(test, { rateLimitPerMinute: 3 });
    await atOnce(10, () => list({ key: forgeKey('crk_', kidOf(apiKey)), headers: from('198.51.100.77') }));
    expect((await list({ key: apiKey })).headers['ratelimit-remaining']).toBe('2');
  });

  it.each([
    ['revoked', 401, 'key-revoked'],
    ['used from a forbidden network', 403, 'network-forbidden'],
  ])('does not count requests with a key that is %s', async (what, status, code) => {
    const { id, apiKey } = await registerCoordinator(test, {
      rateLimitPerMinute: 5,
      allowedNetworks: ['127.0.0.1/32', '192.0.2.1/32'],
    });
    const { key, apiKey: leaked } = await issueKey(test, id);
    const headers = from(what === 'revoked' ? '192.0.2.1' : '203.0.113.9');
    if (what === 'revoked') {
      expect((await list({ key: leaked })).status).toBe(200);
      await admin(test, 'delete', `/admin/coordinators/${id}/keys/${key.id}`);
    }
    const used = what === 'revoked' ? 1 : 0;

    const first = await list({ key: leaked, headers });
    expect([first.status, first.body.code]).toEqual([status, code]);
    const flood = await atOnce(30, () => list({ key: leaked, headers }));
    // It has a limit of its own by now, the same as its coordinator's.
    expect([count(flood, status), count(flood, 429)]).toEqual([5, 25]);
    expect((await list({ key: apiKey })).headers['ratelimit-remaining']).toBe(String(4 - used));
    expect(count(await atOnce(10, () => list({ key: apiKey })), 200)).toBe(4 - used);
  });

  it('changes at once, up and down, and keeps the count', async () => {
    const { id, apiKey: key } = await registerCoordinator(test, { rateLimitPerMinute: 2 });
    expect((await atOnce(3, () => list({ key }))).map(({ status }) => status).sort()).toEqual([
      200, 200, 429,
    ]);
    await admin(test, 'patch', `/admin/coordinators/${id}`, { rateLimitPerMinute: 5 });
    const raised = await list({ key });
    expect([raised.status, raised.headers['ratelimit-limit'], raised.headers['ratelimit-remaining']]).toEqual(
      [200, '5', '2'],
    );
    await admin(test, 'patch', `/admin/coordinators/${id}`, { rateLimitPerMinute: 1 });
    const lowered = await list({ key });
    expect([lowered.status, lowered.headers['ratelimit-limit']]).toEqual([429, '1']);
  });

  it('changes soon after another server has changed it', async () => {
    startTime();
    const { id, apiKey: key } = await registerCoordinator(test, { rateLimitPerMinute: 50 });
    expect((await list({ key })).headers['ratelimit-limit']).toBe('50');
    await writeAsSystem(
      test,
      'UPDATE public.coordinators SET rate_limit_per_minute = 7 FROM ctx WHERE ctx.ready AND id = $1',
      [id],
    );
    let limit: string | undefined;
    for (let tries = 0; tries < 40 && limit !== '7'; tries += 1) {
      await sleep(100);
      limit = (await list({ key })).headers['ratelimit-limit'];
    }
    expect(limit).toBe('7');
  });
});

describe('rate limit of an operator', () => {
  it('is 600 requests a minute', async () => {
    const { accessKey } = await registerOperator(test, { role: 'ADMIN' });
    const answers = await atOnce(620, () =>
      call(test, 'get', '/admin/operators?limit=1', { key: accessKey }),
    );
    expect([count(answers, 200), count(answers, 429)]).toEqual([600, 20]);
    for (const { headers } of answers) expect(headers['ratelimit-limit']).toBe('600');
    expect((await call(test, 'get', '/admin/operators', { key: test.adminKey })).status).toBe(200);
  });
});

describe('limit of failures', () => {
  it('allows 30 unknown kids a minute for an address; known kids are still served', async () => {
    const headers = from('198.51.100.1');
    const proven = await registerCoordinator(test);
    const unseen = await registerCoordinator(test);
    expect((await list({ key: proven.apiKey, headers })).status).toBe(200);

    const answers = await atOnce(40, () => list({ key: forgeKey(), headers }));
    expect([count(answers, 401), count(answers, 429)]).toEqual([30, 10]);
    for (const answer of answers) {
      if (answer.status === 401) expect(answer.body.code).toBe('invalid-credential');
      else {
        expect(answer.body.code).toBe('too-many-failures');
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
      }
    }
    expect((await list({ key: proven.apiKey, headers })).status).toBe(200);
    expect((await list({ key: unseen.apiKey, headers })).status).toBe(200);
    expect((await list({ key: forgeKey(), headers: from('198.51.100.2') })).status).toBe(401);
    expect((await list({ key: forgeKey(), headers })).status).toBe(429);
  });

  it('counts an IPv6 address by its /64', async () => {
    const answers = await atOnce(40, (at) =>
      list({ key: forgeKey(), headers: from(`2001:db8:0:1::${at + 1}`) }),
    );
    expect([count(answers, 401), count(answers, 429)]).toEqual([30, 10]);
    expect((await list({ key: forgeKey(), headers: from('2001:db8:0:2::1') })).status).toBe(401);
  });

  it('still serves valid keys from such an address, also after a restart', async () => {
    const made = await Promise.all(Array.from({ length: 3 }, () => registerCoordinator(test)));
    const restarted = await startServer(test.database.apiUrl, { trustProxy: 1 });
    await restarted.listen(0, '127.0.0.1');
    const ask = async (key: string) =>
      await supertest(restarted.getHttpServer())
        .get('/coordinator/jobs')
        .set('X-API-Key', key)
        .set(from('198.51.100.3'));
    try {
      const failures = atOnce(60, () => ask(forgeKey()));
      const served = await Promise.all(made.map(({ apiKey }) => ask(apiKey)));
      expect(served.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect([count(await failures, 401), count(await failures, 429)]).toEqual([30, 30]);
    } finally {
      await restarted.close();
    }
  });

  it('allows 30 wrong secrets a minute for a kid and an address; other pairs are not affected', async () => {
    const headers = from('198.51.100.4');
    const [one, other] = [await registerCoordinator(test), await registerCoordinator(test)];
    const wrong = (apiKey: string, of = headers) =>
      list({ key: forgeKey('crk_', kidOf(apiKey)), headers: of });

    const answers = await atOnce(40, () => wrong(one.apiKey));
    expect([count(answers, 401), count(answers, 429)]).toEqual([30, 10]);
    expect(answers.find(({ status }) => status === 429)?.body.code).toBe('too-many-failures');
    expect((await wrong(one.apiKey)).status).toBe(429);

    expect((await wrong(other.apiKey)).status).toBe(401);
    expect((await wrong(one.apiKey, from('198.51.100.5'))).status).toBe(401);
    expect((await list({ key: other.apiKey, headers })).status).toBe(200);
    expect((await list({ key: one.apiKey, headers: from('198.51.100.5') })).status).toBe(200);
  });

  it('does not count malformed keys and wrong checksums', async () => {
    const headers = from('198.51.100.6');
    const wrongChecksum = () => forgeKey().replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const answers = await atOnce(60, (at) =>
      list({ key: at % 2 === 0 ? 'crk_x' : wrongChecksum(), headers }),
    );
    expect(count(answers, 401)).toBe(60);
    expect((await list({ key: forgeKey(), headers })).status).toBe(401);
  });

  it("counts operators' keys together with coordinators' keys", async () => {
    const headers = from('198.51.100.7');
    const answers = await atOnce(40, () =>
      call(test, 'get', '/audit-log', { key: forgeKey('cro_'), headers }),
    );
    expect([count(answers, 401), count(answers, 429)]).toEqual([30, 10]);
    expect((await list({ key: forgeKey(), headers })).status).toBe(429);
    expect((await call(test, 'get', '/audit-log', { key: test.adminKey, headers })).status).toBe(200);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { admin, call, listen, registerCoordinator, writeAsSystem } from '../support/registry.js';

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp();
});

afterAll(async () => {
  await test?.close();
});

describe('GET /coordinator/health', () => {
  it('returns the caller, its remaining rate limit and the state of the database', async () => {
    const { id, name, key, apiKey } = await registerCoordinator(test, { rateLimitPerMinute: 5 });
    await call(test, 'get', '/coordinator/health', { key: apiKey });
    const { status, body, headers } = await call(test, 'get', '/coordinator/health', { key: apiKey });
    expect(status).toBe(200);
    expect(body).toEqual({
      coordinator: { id, name },
      key: { id: key.id, name: null, createdAt: key.createdAt, expiresAt: null, rotated: false },
      rateLimit: { limit: 5, remaining: 3, resetSeconds: expect.any(Number) },
      database: 'ok',
    });
    expect(headers['ratelimit-remaining']).toBe('3');
  });

  it('returns the same rate limit in body and headers, also for simultaneous requests', async () => {
    await listen(test);
    const { id, apiKey } = await registerCoordinator(test, { rateLimitPerMinute: 40 });
    const ask = () => call(test, 'get', '/coordinator/health', { key: apiKey });
    const first = await Promise.all(Array.from({ length: 20 }, ask));
    await admin(test, 'patch', `/admin/coordinators/${id}`, { rateLimitPerMinute: 90 });
    // What another server changes is known here a little later, to the limit and to the answer alike.
    await writeAsSystem(
      test,
      'UPDATE public.coordinators SET rate_limit_per_minute = 70 FROM ctx WHERE ctx.ready AND id = $1',
      [id],
    );
    const answers = [...first, ...(await Promise.all(Array.from({ length: 20 }, ask))), await ask()];
    for (const { status, headers, body } of answers) {
      const said = ['limit', 'remaining', 'reset'].map((it) => Number(headers[`ratelimit-${it}`]));
      const { limit, remaining, resetSeconds } = body.rateLimit;
      expect([status, limit, remaining, resetSeconds]).toEqual([200, ...said]);
    }
  });

  it('answers 400 to a known caller for a malformed query', async () => {
    const { apiKey: key } = await registerCoordinator(test);
    expect(await call(test, 'get', '/coordinator/health?a=1&a=2', { key })).toMatchObject({
      status: 400,
      body: { code: 'invalid-request' },
    });
  });

  it('needs no permission, but refuses a suspended coordinator', async () => {
    const { id, apiKey } = await registerCoordinator(test, { permissions: ['jobs:read'] });
    expect((await call(test, 'get', '/coordinator/health', { key: apiKey })).status).toBe(200);
    await admin(test, 'patch', `/admin/coordinators/${id}`, { status: 'SUSPENDED' });
    const refused = await call(test, 'get', '/coordinator/health', { key: apiKey });
    expect([refused.status, refused.body.code]).toEqual([403, 'coordinator-suspended']);
  });
});

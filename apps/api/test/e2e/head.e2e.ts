import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { RefusalRecorder } from '../../src/audit-log/recording/refusal-recorder.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { call, createJob, listen, registerCoordinator } from '../support/registry.js';

/* A HEAD is a GET that is not answered with a body. Who may ask is tried in access-matrix.e2e.ts. */

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

it('HEAD of a job returns the headers of GET', async () => {
  const coordinator = await registerCoordinator(test);
  const { id } = await createJob(test, coordinator);
  const [head, asked] = [
    await call(test, 'head', `/coordinator/jobs/${id}`, { key: coordinator.apiKey }),
    await call(test, 'get', `/coordinator/jobs/${id}`, { key: coordinator.apiKey }),
  ];
  for (const name of ['etag', 'content-type', 'content-length', 'cache-control']) {
    expect([name, head.headers[name]]).toEqual([name, asked.headers[name]]);
  }
});

it('HEAD counts against the rate limit', async () => {
  const { apiKey } = await registerCoordinator(test, { rateLimitPerMinute: 2 });
  const ask = async (method: 'get' | 'head') =>
    (await call(test, method, '/coordinator/jobs', { key: apiKey })).status;
  expect([await ask('head'), await ask('head'), await ask('head'), await ask('get')]).toEqual([
    200, 200, 429, 429,
  ]);
});

it('a refused HEAD is recorded', async () => {
  const { id, apiKey } = await registerCoordinator(test, { permissions: ['jobs:write'] });
  expect((await call(test, 'head', '/coordinator/jobs', { key: apiKey })).status).toBe(403);
  await test.app.get(RefusalRecorder, { strict: false }).flush();
  const { rows } = await test.database.owner.query(
    `SELECT action, reason FROM public.audit_log WHERE actor_id = $1 AND outcome = 'DENIED'`,
    [id],
  );
  expect(rows).toEqual([{ action: 'access.denied', reason: 'permission-missing' }]);
});

it('HEAD of an export reads no record', async () => {
  const { status, headers } = await call(test, 'head', '/audit-log/export', { key: test.adminKey });
  expect([status, headers['content-type']]).toEqual([200, 'application/x-ndjson']);
});

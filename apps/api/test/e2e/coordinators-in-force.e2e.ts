import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { type Call, call, createJob, listen, registerCoordinator } from '../support/registry.js';

/** The test's requests come through a proxy that names this address. */
const FROM = (address: string): Pick<Call, 'headers'> => ({ headers: { 'X-Forwarded-For': address } });

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp({ trustProxy: true });
  await listen(test);
});

afterAll(() => test?.close());

const patch = (id: string, body: object) =>
  call(test, 'patch', `/admin/coordinators/${id}`, { key: test.adminKey, body });
const listJobs = (key: string, of: Call = {}) => call(test, 'get', '/coordinator/jobs', { key, ...of });

describe('a change of a coordinator takes effect on the next request', () => {
  it('of the status', async () => {
    const { id, apiKey } = await registerCoordinator(test);
    await patch(id, { status: 'SUSPENDED' });
    expect((await listJobs(apiKey)).body).toMatchObject({ status: 403, code: 'coordinator-suspended' });
    await patch(id, { status: 'ACTIVE' });
    expect((await listJobs(apiKey)).status).toBe(200);
  });

  it('of permissions', async () => {
    const { id, apiKey } = await registerCoordinator(test);
    expect((await listJobs(apiKey)).status).toBe(200);
    await patch(id, { permissions: ['jobs:write'] });
    expect((await listJobs(apiKey)).body).toMatchObject({ status: 403, code: 'permission-missing' });
    await patch(id, { permissions: ['jobs:read'] });
    expect((await listJobs(apiKey)).status).toBe(200);
  });

  it('of workspaces', async () => {
    const mine = await registerCoordinator(test);
    const job = await createJob(test, mine);
    const read = () => call(test, 'get', `/coordinator/jobs/${job.id}`, { key: mine.apiKey });
    expect((await read()).status).toBe(200);
    await patch(mine.id, { workspaceIds: [] });
    expect((await read()).body).toMatchObject({ status: 404, code: 'not-found' });
    await patch(mine.id, { workspaceIds: mine.workspaceIds });
    expect((await read()).status).toBe(200);
  });

  it('of allowedNetworks', async () => {
    const { id, apiKey } = await registerCoordinator(test, {
      allowedNetworks: ['10.0.0.0/8', '2001:db8::/32'],
    });
    for (const inside of ['10.255.0.1', '2001:db8:ffff::1', '::ffff:10.0.0.1']) {
      expect([inside, (await listJobs(apiKey, FROM(inside))).status]).toEqual([inside, 200]);
    }
    for (const outside of ['11.0.0.1', '2001:db9::1', '127.0.0.1']) {
      expect((await listJobs(apiKey, FROM(outside))).body).toMatchObject({
        status: 403,
        code: 'network-forbidden',
      });
    }
    await patch(id, { allowedNetworks: ['11.0.0.0/8'] });
    expect((await listJobs(apiKey, FROM('11.0.0.1'))).status).toBe(200);
    expect((await listJobs(apiKey, FROM('10.0.0.1'))).body).toMatchObject({
      status: 403,
      code: 'network-forbidden',
    });
    await patch(id, { allowedNetworks: [] });
    expect((await listJobs(apiKey, FROM('10.0.0.1'))).status).toBe(200);
  });

  it('of the rate limit, lower and higher', async () => {
    const { id, apiKey } = await registerCoordinator(test, { rateLimitPerMinute: 100 });
    expect((await listJobs(apiKey)).headers['ratelimit-limit']).toBe('100');
    expect((await listJobs(apiKey)).status).toBe(200);
    await patch(id, { rateLimitPerMinute: 2 });
    const refused = await listJobs(apiKey);
    expect(refused.headers['ratelimit-limit']).toBe('2');
    expect(refused.body).toMatchObject({ status: 429, code: 'rate-limited' });
    await patch(id, { rateLimitPerMinute: 1_000 });
    const admitted = await listJobs(apiKey);
    expect([admitted.status, admitted.headers['ratelimit-limit']]).toEqual([200, '1000']);
  });
});

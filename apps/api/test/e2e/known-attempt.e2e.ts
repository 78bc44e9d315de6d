import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Job } from '../../src/jobs/job.js';
import type { TestApp } from '../support/app.js';
import { admin, call, listen, registerCoordinator, type Served, succeed } from '../support/registry.js';
import { startTwoServers, type TwoServers } from './rights-fixture.js';
import { makeSite, type Site } from './stitcher-fixture.js';

/*
 * A server that has seen an attempt begin reads only what a report may have changed. The answers must be the same as from a server that reads
 * the whole job, and what other servers do must count.
 */

let servers: TwoServers;
let test: TestApp;
let elsewhere: Served;
let site: Site;

beforeAll(async () => {
  servers = await startTwoServers();
  test = servers.test;
  elsewhere = servers.other;
  await listen(test);
});

afterAll(() => servers?.close());

beforeEach(async () => {
  site = await makeSite(test);
});

const METADATA = '{"branch": "main", "big": 1546130668394913822, "price": 0.10}';

const post = (path: string, body: object | string = {}, server: Served = test) =>
  call(server, 'post', `/coordinator/jobs${path}`, { key: site.coordinator.apiKey, body });
const report = (id: string, body: object, server: Served = test) =>
  call(server, 'patch', `/coordinator/jobs/${id}/progress`, { key: site.coordinator.apiKey, body });
const read = (id: string) => call(test, 'get', `/coordinator/jobs/${id}`, { key: site.coordinator.apiKey });

async function claimedJob(server: Served = test): Promise<Job> {
  const { id } = succeed<Job>(
    await post(
      '',
      `{"workspaceId":"${site.workspaceId}","type":"build","priority":70,"metadata":${METADATA},
        "repository":"${site.repository}","issueNumber":5,"retry":{"delaySeconds":1,"backoff":"fixed","maxDelaySeconds":1}}`,
    ),
  );
  const job = succeed<Job>(await post('/claim', { agentId: 'agent-1', agentType: 'tester' }, server));
  expect(job.id).toBe(id);
  return job;
}

describe('a report of an attempt that the server knows', () => {
  it.each([
    ['percentage, step and tokens', { progressPercent: 30, currentStep: 'tests', tokensUsed: 500 }],
    ['a higher percentage', { progressPercent: 30 }],
    ['more tokens', { progressPercent: 0, tokensUsed: 7 }],
    ['another step', { progressPercent: 10, currentStep: 'tests' }],
  ])('of %s is answered with the whole job', async (_, body) => {
    const { id, leaseExpiresAt } = await claimedJob();
    succeed(await report(id, { progressPercent: 10, currentStep: 'build', attempt: 1 }));
    const answer = await report(id, { ...body, attempt: 1 });
    const found = await read(id);
    expect(answer.body).toEqual({ ...found.body, applied: true, truncated: [] });
    expect(answer.text).toContain('"big":1546130668394913822,"price":0.10');
    expect(Object.keys(answer.body)).toEqual([...Object.keys(found.body), 'truncated', 'applied']);
    expect(answer.headers.etag).toBe(found.headers.etag);
    expect(answer.body.rev).toBe(4);
    expect(Date.parse(answer.body.leaseExpiresAt)).toBeGreaterThan(Date.parse(leaseExpiresAt ?? ''));
  });

  it('that changes nothing is answered with the whole job', async () => {
    const { id } = await claimedJob();
    const body = { progressPercent: 10, currentStep: 'build', attempt: 1 };
    succeed(await report(id, body));
    const again = await report(id, body);
    expect(again.body).toEqual({ ...(await read(id)).body, applied: false, truncated: [] });
    expect(again.body.rev).toBe(3);
  });

  it('is compared with If-Match', async () => {
    const { id } = await claimedJob();
    const wrong = await call(test, 'patch', `/coordinator/jobs/${id}/progress`, {
      key: site.coordinator.apiKey,
      headers: { 'If-Match': '"1"' },
      body: { progressPercent: 10, attempt: 1 },
    });
    expect([wrong.status, wrong.body.code]).toEqual([412, 'precondition-failed']);
    expect((await read(id)).body.rev).toBe(2);
  });

  it('shows what another server has changed meanwhile', async () => {
    const { id } = await claimedJob();
    succeed(
      await report(id, { progressPercent: 40, currentStep: 'lint', tokensUsed: 900, attempt: 1 }, elsewhere),
    );
    const answer = await report(id, { progressPercent: 50, tokensUsed: 100, attempt: 1 });
    expect(answer.body).toEqual({ ...(await read(id)).body, applied: true, truncated: [] });
    expect(answer.body).toMatchObject({ rev: 4, currentStep: 'lint', tokensUsed: 900 });
  });

  it('shows a trigger that came meanwhile', async () => {
    const say = (comment: string, server: Served) =>
      call(server, 'post', '/stitcher/webhook', {
        key: site.coordinator.apiKey,
        body: { action: 'mentioned', repository: site.repository, issueNumber: 7, comment },
      });
    const { jobId } = succeed<{ jobId: string }>(await say('one', test));
    expect(succeed<Job>(await post('/claim', { agentId: 'agent-1' })).id).toBe(jobId);
    succeed(await say('two', elsewhere));
    const answer = await report(jobId, { progressPercent: 5, attempt: 1 });
    expect(answer.body).toEqual({ ...(await read(jobId)).body, applied: true, truncated: [] });
    expect(answer.body).toMatchObject({ triggerCount: 1, triggers: [{ comment: 'two' }] });
  });

  it.each([
    ['is cancelled', 'patch', 'status', { status: 'CANCELLED' }, [409, 'job-cancelled']],
    [
      'has begun anew',
      'post',
      'fail',
      { error: 'x', retry: { afterSeconds: 0 }, attempt: 1 },
      [409, 'stale-attempt'],
    ],
  ] as const)('is refused after the job %s on another server', async (what, method, path, body, refusal) => {
    const { id } = await claimedJob();
    const key = site.coordinator.apiKey;
    succeed(await call(elsewhere, method, `/coordinator/jobs/${id}/${path}`, { key, body }));
    if (what === 'has begun anew') {
      succeed(await post('/claim', { agentId: 'agent-2' }, elsewhere));
    }
    const before = (await read(id)).body;
    const answer = await report(id, { progressPercent: 50, attempt: 1 });
    expect([answer.status, answer.body.code]).toEqual(refusal);
    expect((await read(id)).body).toEqual(before);
  });

  it('shows the agent of the attempt that it is about', async () => {
    const { id } = await claimedJob();
    const key = site.coordinator.apiKey;
    const body = { error: 'x', retry: { afterSeconds: 0 }, attempt: 1 };
    succeed(await call(elsewhere, 'post', `/coordinator/jobs/${id}/fail`, { key, body }));
    succeed(await post('/claim', { agentId: 'agent-2' }, elsewhere));
    for (const progressPercent of [10, 20]) {
      const answer = await report(id, { progressPercent, attempt: 2 });
      expect(answer.body).toEqual({ ...(await read(id)).body, applied: true, truncated: [] });
      expect(answer.body).toMatchObject({ agentId: 'agent-2', previousAttempt: { attempt: 1, error: 'x' } });
    }
  });

  it('is refused after the workspace is taken from the coordinator', async () => {
    const { id } = await claimedJob();
    succeed(await report(id, { progressPercent: 10, attempt: 1 }));
    const before = await test.database.owner.query('SELECT * FROM public.jobs WHERE id = $1', [id]);
    await admin(test, 'patch', `/admin/coordinators/${site.coordinator.id}`, { workspaceIds: [] });
    const answer = await report(id, { progressPercent: 20, attempt: 1 });
    expect([answer.status, answer.body.code]).toEqual([404, 'not-found']);
    expect((await test.database.owner.query('SELECT * FROM public.jobs WHERE id = $1', [id])).rows).toEqual(
      before.rows,
    );
  });

  it('by another coordinator is answered with the coordinator of the attempt', async () => {
    const { id } = await claimedJob();
    const { apiKey } = await registerCoordinator(test, { workspaceIds: [site.workspaceId] });
    const answer = await call(test, 'patch', `/coordinator/jobs/${id}/progress`, {
      key: apiKey,
      body: { progressPercent: 20, attempt: 1 },
    });
    expect(answer.body).toEqual({ ...(await read(id)).body, applied: true, truncated: [] });
    expect(answer.body.coordinatorId).toBe(site.coordinator.id);
  });
});

describe('a completion of an attempt that the server knows', () => {
  it.each([
    ['everything', { result: { approved: true, big: 1 }, tokensUsed: 1_200, durationSeconds: 12.5 }],
    ['nothing', {}],
  ])('with %s is answered with the whole job', async (_, body) => {
    const { id } = await claimedJob();
    succeed(
      await report(id, { progressPercent: 80, currentStep: 'lint', tokensUsed: 900, attempt: 1 }, elsewhere),
    );
    const answer = await post(`/${id}/complete`, { ...body, attempt: 1 });
    const found = await read(id);
    expect(answer.body).toEqual(found.body);
    expect(answer.headers.etag).toBe(found.headers.etag);
    expect(answer.body).toMatchObject({
      status: 'COMPLETED',
      rev: 4,
      currentStep: 'lint',
      leaseExpiresAt: null,
    });
    const again = await post(`/${id}/complete`, { ...body, attempt: 1 });
    expect([again.status, again.body]).toEqual([200, answer.body]);
    expect((await report(id, { progressPercent: 90, attempt: 1 })).body.code).toBe('illegal-transition');
  });
});

import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { membersAtFault } from '../support/audited.js';
import {
  createJob,
  jobRow,
  listen,
  registerCoordinator,
  startJob,
  type TestCoordinator,
} from '../support/registry.js';
import { delayOf, inAnHour, POLICY, Worker } from './retries-fixture.js';
import { cancelJob, makeSite } from './stitcher-fixture.js';

/*
 * When a job is tried again: `notBefore`, and the retry policy of a job.
 */

let test: TestApp;
let coordinator: TestCoordinator;
let worker: Worker;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

beforeEach(async () => {
  coordinator = await registerCoordinator(test);
  worker = new Worker(test, coordinator);
});

describe('notBefore', () => {
  it('keeps a new job from claims until that time by the clock of the database', async () => {
    const notBefore = new Date(Date.now() + 1_500).toISOString();
    const { id, ...job } = await createJob(test, coordinator, { notBefore });
    expect(job).toMatchObject({ status: 'PENDING', notBefore });
    let claimed = await worker.claim();
    expect(claimed.status).toBe(204);
    for (; claimed.status === 204; claimed = await worker.claim()) await setTimeout(50);
    expect(claimed.body).toMatchObject({ id, rev: 2, notBefore: null });
    expect(Date.parse(claimed.body.startedAt)).toBeGreaterThanOrEqual(Date.parse(notBefore));
    expect(await worker.successesOf(id)).toMatchObject([
      { action: 'job.created', changes: { notBefore: { from: null, to: notBefore } } },
      { action: 'job.started', changes: { status: { from: 'PENDING', to: 'RUNNING' } } },
    ]);
  });

  it('holds back no other job', async () => {
    await createJob(test, coordinator, { notBefore: inAnHour(), priority: 100 });
    const { id } = await createJob(test, coordinator, { priority: 1 });
    expect((await worker.claim()).body.id).toBe(id);
    expect((await worker.claim()).status).toBe(204);
  });

  it('has no effect in the past', async () => {
    const { id, notBefore } = await createJob(test, coordinator, { notBefore: '2020-01-31T12:00:00Z' });
    expect(notBefore).toBeNull();
    expect((await worker.claim()).body.id).toBe(id);
  });

  it('does not keep a coordinator from the start of a job that it names, nor from its end', async () => {
    const notBefore = inAnHour();
    const started = await createJob(test, coordinator, { notBefore });
    expect(await worker.start(started.id)).toMatchObject({ status: 'RUNNING', attempt: 1, notBefore: null });
    expect((await worker.successesOf(started.id))[1]?.changes).toMatchObject({
      notBefore: { from: notBefore, to: null },
    });
    const failed = await createJob(test, coordinator, { notBefore });
    expect((await worker.fail(failed.id)).body).toMatchObject({ status: 'FAILED', notBefore: null });
    const site = await makeSite(test);
    const cancelled = await createJob(test, site.coordinator, { notBefore });
    await cancelJob(test, site, cancelled.id);
    expect(await jobRow(test, cancelled.id)).toMatchObject({ status: 'CANCELLED', not_before: null });
  });

  it('and a retry policy are taken by a dispatch; the further job of a run inherits the policy', async () => {
    const { workspaceId, repository, coordinator: site } = await makeSite(test);
    const of = { workspaceId, type: 'issue', repository, issueNumber: 7 };
    const notBefore = inAnHour();
    const { body } = await worker.post(
      '/stitcher/dispatch',
      { ...of, notBefore, retry: POLICY },
      site.apiKey,
    );
    expect(body).toMatchObject({ notBefore, retry: POLICY });
    worker = new Worker(test, site);
    await worker.start(body.id);
    const trigger = { action: 'mentioned', repository, issueNumber: 7, comment: '@mosaic more' };
    expect((await worker.post('/stitcher/webhook', trigger)).status).toBeLessThan(300);
    await cancelJob(test, { workspaceId, repository, coordinator: site }, body.id);
    const { rows } = await test.database.owner.query(
      `SELECT retry, not_before FROM public.jobs WHERE workspace_id = $1 AND trigger_count > 0 AND id <> $2`,
      [workspaceId, body.id],
    );
    expect(rows).toEqual([{ retry: POLICY, not_before: null }]);
  });
});

describe('the retry policy of a job', () => {
  it('is completed with its defaults, and null without one', async () => {
    const { retry } = await createJob(test, coordinator, { retry: { delaySeconds: 5 } });
    expect(retry).toEqual({ delaySeconds: 5, backoff: 'fixed', maxDelaySeconds: 86_400 });
    const { id, retry: none } = await createJob(test, coordinator);
    expect(none).toBeNull();
    await worker.start(id);
    expect(await worker.expire(id)).toMatchObject({ status: 'PENDING', notBefore: null });
  });

  it.each([
    ['exponential', [10, 20, 40, 50, 50]],
    ['fixed', [10, 10, 10, 10, 10]],
  ])('holds the job back after each expired lease: %s', async (backoff, delays) => {
    const { id } = await createJob(test, coordinator, { retry: { ...POLICY, backoff }, maxAttempts: 6 });
    for (const delay of delays) {
      await worker.start(id);
      const job = await worker.expire(id);
      expect([job.status, delayOf(job)]).toEqual(['PENDING', delay]);
      expect((await worker.claim()).status).toBe(204);
    }
    await worker.start(id);
    expect(await worker.expire(id)).toMatchObject({
      status: 'FAILED',
      error: 'lease-expired',
      notBefore: null,
    });
  });

  it('reaches its maximum without an overflow', async () => {
    const retry = { delaySeconds: 86_400, backoff: 'exponential', maxDelaySeconds: 604_800 };
    const { id } = await createJob(test, coordinator, { retry, maxAttempts: 20 });
    for (let attempt = 1; attempt < 20; attempt++) {
      await worker.start(id);
      const { body } = await worker.fail(id, { retry: true, attempt });
      expect(delayOf(body)).toBe(Math.min(86_400 * 2 ** (attempt - 1), 604_800));
    }
  });

  it('does not delay a job that a person or a coordinator retries', async () => {
    const operator = await startJob(test, coordinator, { retry: POLICY });
    await worker.fail(operator.id);
    const retried = await worker.post(`/jobs/${operator.id}/retry`, { reason: 'try now' }, test.adminKey);
    expect(retried.body).toMatchObject({ status: 'PENDING', notBefore: null });
    const own = await startJob(test, coordinator, { retry: POLICY });
    await worker.fail(own.id);
    const again = await worker.post(`/coordinator/jobs/${own.id}/retry`, {});
    expect(again.body).toMatchObject({ status: 'PENDING', notBefore: null });
  });

  it.each([
    null,
    5,
    [],
    {},
    { delaySeconds: 0 },
    { delaySeconds: 86_401 },
    { delaySeconds: 1.5 },
    { delaySeconds: 1, backoff: 'linear' },
    { delaySeconds: 10, maxDelaySeconds: 9 },
    { delaySeconds: 10, maxDelaySeconds: 604_801 },
    { delaySeconds: 10, jitter: true },
  ])('is refused as %j', async (retry) => {
    const { workspaceIds } = coordinator;
    const job = { workspaceId: workspaceIds[0], type: 'build', retry };
    expect(membersAtFault(await worker.post('/coordinator/jobs', job))).toEqual(['retry']);
    const dispatch = { ...job, repository: 'acme/shop', issueNumber: 1 };
    expect(membersAtFault(await worker.post('/stitcher/dispatch', dispatch))).toEqual(['retry']);
    for (const notBefore of [null, 'tomorrow', '2030-01-31T12:00:00', 5]) {
      expect(membersAtFault(await worker.post('/coordinator/jobs', { ...job, notBefore }))).toEqual([
        'notBefore',
        'retry',
      ]);
    }
  });
});

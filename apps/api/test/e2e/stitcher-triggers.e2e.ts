import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Job } from '../../src/jobs/job.js';
import { LeaseSweeper } from '../../src/jobs/lease-sweeper.js';
import { DeliverySweeper } from '../../src/stitcher/delivery-sweeper.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import { admin, call, listen, registerCoordinator, succeed, writeAsSystem } from '../support/registry.js';
import { cancelJob, jobsOf, makeSite, type Site } from './stitcher-fixture.js';

let test: TestApp;
let site: Site;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

beforeEach(async () => {
  site = await makeSite(test);
});

const key = () => site.coordinator.apiKey;

async function say(comment: string, more: object = {}, headers: Record<string, string> = {}) {
  const body = { action: 'mentioned', repository: site.repository, issueNumber: 7, comment, ...more };
  return await call(test, 'post', '/stitcher/webhook', { key: key(), body, headers });
}

async function change(id: string, how: 'complete' | 'fail' | 'retry', body: object = {}): Promise<Job> {
  return succeed(await call(test, 'post', `/coordinator/jobs/${id}/${how}`, { key: key(), body }));
}

async function start(id: string, leaseSeconds?: number): Promise<Job> {
  const body = { status: 'RUNNING', ...(leaseSeconds !== undefined && { leaseSeconds }) };
  return succeed(await call(test, 'patch', `/coordinator/jobs/${id}/status`, { key: key(), body }));
}

/** The lease of the job is over, and has been looked for. */
async function expire(id: string): Promise<void> {
  await test.database.owner.query(
    `UPDATE public.jobs SET lease_expires_at = now() - interval '1 second' WHERE id = $1`,
    [id],
  );
  await test.app.get(LeaseSweeper, { strict: false }).sweep();
}

const find = async (id: string): Promise<Job> =>
  succeed(await call(test, 'get', `/coordinator/jobs/${id}`, { key: key() }));

describe('a delivery id', () => {
  it('returns the first job for 7 days, also after that job has ended', async () => {
    for (const header of ['X-GitHub-Delivery', 'X-Gitea-Delivery']) {
      const id = { [header]: randomUUID() };
      const first = await say('one', { issueNumber: 8 }, id);
      expect(first.status).toBe(202);
      const { jobId } = first.body;
      const again = await say('one', { issueNumber: 8 }, id);
      expect([again.status, again.body]).toMatchObject([200, { duplicate: true, jobId, triggerCount: 0 }]);
      await cancelJob(test, site, jobId);
      expect((await say('one', { issueNumber: 8 }, id)).body).toMatchObject({ jobId, status: 'CANCELLED' });
      await test.database.owner.query(
        `UPDATE public.webhook_deliveries SET created_at = now() - interval '7 days' WHERE job_id = $1`,
        [jobId],
      );
      const late = await say('one', { issueNumber: 8 }, id);
      expect(late.status).toBe(202);
      expect(late.body.jobId).not.toBe(jobId);
      await cancelJob(test, site, late.body.jobId);
    }
  });

  it('is forgotten after 7 days, and not before', async () => {
    const { jobId } = (await say('one', {}, { 'X-GitHub-Delivery': randomUUID() })).body;
    const kept = async () =>
      (await test.database.owner.query('SELECT FROM public.webhook_deliveries WHERE job_id = $1', [jobId]))
        .rowCount;
    const sweeper = test.app.get(DeliverySweeper, { strict: false });
    await sweeper.forget();
    expect(await kept()).toBe(1);
    await test.database.owner.query(
      `UPDATE public.webhook_deliveries SET created_at = now() - interval '7 days' WHERE job_id = $1`,
      [jobId],
    );
    await sweeper.forget();
    expect(await kept()).toBe(0);
  });

  it('belongs to one coordinator; another one can use the same id', async () => {
    const id = { 'X-GitHub-Delivery': randomUUID() };
    expect((await say('one', {}, id)).status).toBe(202);
    site = await makeSite(test);
    expect((await say('one', {}, id)).status).toBe(202);
  });

  it.each(['', 'two words', 'x'.repeat(256)])('%j answers 400', async (given) => {
    expect(await say('one', {}, { 'X-GitHub-Delivery': given })).toMatchObject({ status: 400 });
  });
});

describe('a further trigger of an active job', () => {
  it('is stored on the job, recorded, and returned by the next response about the job', async () => {
    const { jobId } = (await say('one')).body;
    await start(jobId);
    const triggered = await say('two', { metadata: { urgent: true } });
    expect([triggered.status, triggered.body]).toEqual([
      200,
      { duplicate: true, jobId, status: 'RUNNING', queueName: 'issue', triggerCount: 1 },
    ]);
    const { body } = await call(test, 'patch', `/coordinator/jobs/${jobId}/progress`, {
      key: key(),
      body: { progressPercent: 1 },
    });
    const kept = {
      action: 'mentioned',
      comment: 'two',
      sender: null,
      metadata: { urgent: true },
      truncated: [],
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    };
    expect(body).toMatchObject({ triggerCount: 1, triggers: [kept] });
    expect(Math.abs(Date.parse(body.triggers[0].at) - Date.parse(body.updatedAt))).toBeLessThan(60_000);
    const records = await recordsWhere(test, "resource_id = $1 AND action = 'job.triggered'", [jobId]);
    expect(records).toMatchObject([
      { changes: { triggerCount: { from: 0, to: 1 }, trigger: { from: null, to: { comment: 'two' } } } },
    ]);
  });

  it('is counted, and the newest 20 are kept, also after simultaneous deliveries', async () => {
    const { jobId } = (await say('0')).body;
    for (let at = 1; at <= 15; at++) await say(String(at));
    await Promise.all(Array.from({ length: 8 }, () => say('at once')));
    const { triggers, triggerCount } = await find(jobId);
    expect(triggerCount).toBe(23);
    expect(triggers.map(({ comment }) => comment)).toEqual([
      ...Array.from({ length: 12 }, (_, at) => String(at + 4)),
      ...Array(8).fill('at once'),
    ]);
  });

  it('is kept before older ones when they are large', async () => {
    const { jobId } = (await say('0')).body;
    for (const digit of '1234')
      await say(digit.repeat(65_536), { metadata: { text: digit.repeat(200_000) } });
    const { triggers, triggerCount } = await find(jobId);
    expect(triggerCount).toBe(4);
    expect(triggers.map(({ comment }) => comment?.[0])).toEqual(['3', '4'].slice(-triggers.length));
    expect(triggers.length).toBeGreaterThan(0);
  });

  it('cannot be forged through the API login beside another change', async () => {
    const { jobId } = (await say('one')).body;
    await start(jobId);
    const refused = (set: string) =>
      expect(
        writeAsSystem(
          test,
          `UPDATE public.jobs SET rev = rev + 1, ${set} FROM ctx WHERE ctx.ready AND id = $1`,
          [jobId],
        ),
      ).rejects.toMatchObject({ code: 'AU002' });
    await refused(`triggers = '[{}]'`);
    await refused('trigger_count = trigger_count + 2');
    await refused('trigger_count = trigger_count + 1, progress_percent = 50');
    await refused('triggers_seen = 1');
  });
});

describe('a trigger during an attempt', () => {
  const ends: Record<string, (id: string) => Promise<unknown>> = {
    completed: (id) => change(id, 'complete', { result: {} }),
    failed: (id) => change(id, 'fail', { error: 'broken' }),
    cancelled: (id) => cancelJob(test, site, id),
    'failed with an expired lease': async (id) => {
      await writeAsSystem(
        test,
        `UPDATE public.jobs SET lease_expires_at = now() FROM ctx WHERE ctx.ready AND id = $1`,
        [id],
      );
      await expire(id);
    },
  };

  it.each(Object.entries(ends))('creates one further job when the attempt is %s', async (how, end) => {
    const { jobId } = (await say('one', { metadata: { branch: 'main' } })).body;
    await say('before the run');
    // The last attempt, so that a lease that ends is the end.
    for (let at = 0; how === 'failed with an expired lease' && at < 2; at++) {
      await start(jobId, 30);
      await expire(jobId);
    }
    await start(jobId, 30);
    await say('two');
    await say('three');
    await end(jobId);
    const [further, ended, ...others] = await jobsOf(test, site);
    expect(others).toEqual([]);
    expect(ended).toMatchObject({ id: jobId, triggerCount: 3 });
    expect(further).toMatchObject({
      status: 'PENDING',
      type: 'issue',
      repository: site.repository.toLowerCase(),
      issueNumber: 7,
      workspaceId: site.workspaceId,
      attempt: 0,
      metadata: { branch: 'main', trigger: 'mentioned', comment: 'three', follows: jobId },
      triggerCount: 2,
      triggers: [{ comment: 'two' }, { comment: 'three' }],
    });
    const records = await recordsWhere(test, 'resource_id = $1', [further?.id ?? '']);
    expect(records.map(({ action }) => action)).toEqual(['job.created']);

    // Each trigger starts one job: the further job ends, and there is no third one.
    await start(further?.id ?? '');
    await change(further?.id ?? '', 'complete');
    expect(await jobsOf(test, site)).toHaveLength(2);
  });

  it('creates one further job when the attempt is cancelled with its coordinator', async () => {
    const { jobId } = (await say('one')).body;
    const runner = await registerCoordinator(test, { workspaceIds: [site.workspaceId] });
    succeed(
      await call(test, 'patch', `/coordinator/jobs/${jobId}/status`, {
        key: runner.apiKey,
        body: { status: 'RUNNING' },
      }),
    );
    await say('two');
    await admin(test, 'patch', `/admin/coordinators/${runner.id}`, { status: 'SUSPENDED', runs: 'cancel' });
    expect(await jobsOf(test, site)).toMatchObject([
      { status: 'PENDING', metadata: { comment: 'two' } },
      { id: jobId, status: 'CANCELLED' },
    ]);
  });

  it('creates no job when it came before the attempt', async () => {
    const { jobId } = (await say('one')).body;
    await say('two');
    await start(jobId);
    await change(jobId, 'complete');
    expect(await jobsOf(test, site)).toHaveLength(1);
  });

  it('waits for the next attempt when the job returns to PENDING', async () => {
    const { jobId } = (await say('one')).body;
    await start(jobId, 30);
    await say('two');
    await expire(jobId);
    expect(await jobsOf(test, site)).toMatchObject([{ id: jobId, status: 'PENDING', triggerCount: 1 }]);
    await start(jobId);
    await change(jobId, 'complete');
    expect(await jobsOf(test, site)).toHaveLength(1);
  });

  it('creates a further job when such a job is cancelled before its next attempt', async () => {
    const { jobId } = (await say('one')).body;
    await start(jobId, 30);
    await say('two');
    await expire(jobId);
    await cancelJob(test, site, jobId);
    expect(await jobsOf(test, site)).toMatchObject([{ metadata: { comment: 'two' } }, { id: jobId }]);
  });

  it('is dropped with a job that is cancelled before its first attempt', async () => {
    const { jobId } = (await say('one')).body;
    await say('two');
    await cancelJob(test, site, jobId);
    expect(await jobsOf(test, site)).toHaveLength(1);
  });

  it('belongs to exactly one job when triggers and ends race', async () => {
    for (let round = 0; round < 15; round++) {
      const issueNumber = 100 + round;
      const { jobId } = (await say('first', { issueNumber })).body;
      await start(jobId);
      const texts = Array.from({ length: 4 }, (_, at) => `${round} ${at}`);
      await Promise.all([...texts.map((it) => say(it, { issueNumber })), change(jobId, 'complete')]);
      const jobs = (await jobsOf(test, site)).filter((it) => it.issueNumber === issueNumber);
      expect(jobs.filter(({ status }) => status === 'PENDING')).toHaveLength(1);
      const [further] = jobs;
      const carried = new Set([
        further?.metadata.comment,
        ...(further?.triggers ?? []).map((it) => it.comment),
      ]);
      expect(texts.filter((it) => !carried.has(it))).toEqual([]);
    }
  });
});

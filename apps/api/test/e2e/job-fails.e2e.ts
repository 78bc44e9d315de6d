import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { membersAtFault } from '../support/audited.js';
import {
  call,
  createJob,
  jobRow,
  listen,
  registerCoordinator,
  startJob,
  type TestCoordinator,
} from '../support/registry.js';
import { delayOf, inAnHour, POLICY, Worker } from './retries-fixture.js';

/*
 * What a fail asks for: that the job is tried again, or never again.
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

describe('a fail that asks for a retry', () => {
  const REPORT = {
    failedStep: 'tests',
    gateResults: { lint: 'ok' },
    continuationPrompt: 'Begin with the tests.',
  };

  it('returns the job to PENDING in the same step, with one record and the attempt in the history', async () => {
    const { id } = await startJob(test, coordinator);
    const before = new Date((await worker.read(id)).updatedAt).getTime();
    const { status, body } = await worker.fail(id, { ...REPORT, attempt: 1, retry: { afterSeconds: 60 } });
    const previousAttempt = { attempt: 1, error: 'broken', ...REPORT };
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'PENDING',
      attempt: 1,
      rev: 3,
      previousAttempt,
      coordinatorId: null,
      agentId: null,
      agentType: null,
      endedAt: null,
      durationSeconds: null,
      leaseExpiresAt: null,
      truncated: [],
    });
    expect(delayOf(body)).toBe(60);
    expect(Date.parse(body.updatedAt)).toBeGreaterThanOrEqual(before);
    const history = await call(test, 'get', `/coordinator/jobs/${id}/attempts`, { key: coordinator.apiKey });
    expect(history.body.items).toMatchObject([
      { attempt: 1, status: 'FAILED', error: 'broken', ...REPORT, coordinatorId: coordinator.id },
    ]);
    const [failed, ...others] = (await worker.successesOf(id)).filter(({ action }) =>
      /failed|retried|requeued/.test(action),
    );
    expect(others).toEqual([]);
    expect(failed).toMatchObject({
      action: 'job.failed',
      actorId: coordinator.id,
      changes: {
        status: { from: 'RUNNING', to: 'PENDING' },
        error: { from: null, to: 'broken' },
        notBefore: { from: null, to: body.notBefore },
      },
    });
  });

  it.each([
    [true, 10],
    [{ afterSeconds: 7 }, 7],
    [{ afterSeconds: 0 }, null],
  ])('with %j waits as the policy or the request says', async (retry, delay) => {
    const { id } = await startJob(test, coordinator, { retry: POLICY });
    const { body } = await worker.fail(id, { retry });
    expect([body.status, delayOf(body)]).toEqual(['PENDING', delay]);
  });

  it('is due at once without a policy', async () => {
    const { id } = await startJob(test, coordinator);
    expect((await worker.fail(id, { retry: true })).body).toMatchObject({
      status: 'PENDING',
      notBefore: null,
    });
    expect((await worker.claim()).body).toMatchObject({
      id,
      attempt: 2,
      previousAttempt: { error: 'broken' },
    });
  });

  it('ends the job when no attempt is left, and with "retry": false', async () => {
    const last = await startJob(test, coordinator, { maxAttempts: 1, retry: POLICY });
    const { body } = await worker.fail(last.id, { retry: true });
    expect(body).toMatchObject({
      status: 'FAILED',
      error: 'broken',
      notBefore: null,
      coordinatorId: coordinator.id,
    });
    expect(body.durationSeconds).toEqual(expect.any(Number));
    expect(body.endedAt).toEqual(expect.any(String));
    const { id } = await startJob(test, coordinator);
    expect((await worker.fail(id, { retry: false })).body.status).toBe('FAILED');
  });

  it('changes nothing when it is repeated, whatever became of the job', async () => {
    const { id } = await startJob(test, coordinator, { maxAttempts: 3 });
    const report = { attempt: 1, retry: { afterSeconds: 60 } };
    const repeatIsUnchanged = async () => {
      const [row, records] = [await jobRow(test, id), await worker.successesOf(id)];
      const { status, body } = await worker.fail(id, report);
      expect([status, body.rev, body.status]).toEqual([200, row.rev, row.status]);
      expect([await jobRow(test, id), await worker.successesOf(id)]).toEqual([row, records]);
    };
    await worker.fail(id, report);
    await repeatIsUnchanged();
    await worker.start(id);
    await repeatIsUnchanged();
    await worker.fail(id, { attempt: 2, retry: true });
    await repeatIsUnchanged();
    await worker.start(id);
    await worker.post(`/coordinator/jobs/${id}/complete`, { attempt: 3 });
    await repeatIsUnchanged();
    expect((await worker.fail(id, { ...report, error: 'another' })).body).toMatchObject({
      code: 'stale-attempt',
      reason: 'failed',
    });
  });

  it('is refused without an attempt on a job that it has requeued, and for a job that is not RUNNING', async () => {
    const { id } = await startJob(test, coordinator);
    await worker.fail(id, { retry: true });
    expect((await worker.fail(id, { retry: true })).body.code).toBe('illegal-transition');
    const { id: fresh } = await createJob(test, coordinator);
    expect((await worker.fail(fresh, { retry: true })).body).toMatchObject({
      status: 409,
      code: 'illegal-transition',
    });
    expect(await jobRow(test, fresh)).toMatchObject({ status: 'PENDING', rev: 1 });
  });

  it.each([
    null,
    'yes',
    1,
    {},
    { afterSeconds: -1 },
    { afterSeconds: 604_801 },
    { afterSeconds: 1, more: 1 },
  ])('is refused with %j', async (retry) => {
    const { id } = await startJob(test, coordinator);
    expect(membersAtFault(await worker.fail(id, { retry }))).toEqual(['retry']);
    expect(membersAtFault(await worker.fail(id, { final: 'yes' }))).toEqual(['final']);
    expect(await jobRow(test, id)).toMatchObject({ status: 'RUNNING', rev: 2 });
  });
});

describe('a final fail', () => {
  it('closes the job for good: every retry is refused', async () => {
    const { id } = await startJob(test, coordinator);
    const { body } = await worker.fail(id, { final: true });
    expect(body).toMatchObject({ status: 'FAILED', final: true });
    expect(
      (await worker.successesOf(id)).find(({ action }) => action === 'job.failed')?.changes,
    ).toMatchObject({
      final: { from: false, to: true },
    });
    const row = await jobRow(test, id);
    const retries = [
      await worker.post(`/coordinator/jobs/${id}/retry`, { attempt: 1 }),
      await worker.post(`/coordinator/jobs/${id}/retry`, {}),
      await worker.post(`/jobs/${id}/retry`, { reason: 'try again' }, test.adminKey),
    ];
    for (const refused of retries) {
      expect(refused.body).toMatchObject({
        status: 409,
        code: 'job-final',
        currentStatus: 'FAILED',
        allowed: [],
      });
    }
    expect((await worker.fail(id)).body).toMatchObject({
      code: 'illegal-transition',
      detail: 'Cannot fail a FAILED job: it was closed for good.',
    });
    expect((await worker.fail(id, { final: true })).body).toMatchObject({ status: 'FAILED', rev: row.rev });
    expect(await jobRow(test, id)).toEqual(row);
  });

  it('says of a PENDING job that only a retry is refused', async () => {
    const { id } = await createJob(test, coordinator);
    const { body } = await worker.fail(id, { retry: true });
    expect(body).toMatchObject({
      code: 'illegal-transition',
      detail: 'Cannot fail and retry a PENDING job: claim or start it first.',
    });
    expect(body.allowed).toContain('fail');
  });

  it('closes a PENDING job too, and cannot ask for a retry', async () => {
    const { id } = await createJob(test, coordinator, { notBefore: inAnHour() });
    for (const retry of [true, { afterSeconds: 1 }]) {
      expect((await worker.fail(id, { final: true, retry })).body).toMatchObject({
        status: 400,
        code: 'invalid-request',
      });
    }
    expect((await worker.fail(id, { final: true, retry: false })).body).toMatchObject({
      status: 'FAILED',
      final: true,
    });
  });
});

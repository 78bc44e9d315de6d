import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Job } from '../../src/jobs/job.js';
import { startTestApp, type TestApp } from '../support/app.js';
import {
  call,
  createJob,
  jobRow,
  listen,
  registerCoordinator,
  startJob,
  succeed,
  type TestCoordinator,
  writeAsSystem,
} from '../support/registry.js';

/* The next attempt gets the outcome of the previous one. An attempt that has ended has a duration. */

let test: TestApp;
let coordinator: TestCoordinator;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  coordinator = await registerCoordinator(test);
});

afterAll(() => test?.close());

async function send(method: 'post' | 'patch' | 'get', path: string, body?: object): Promise<Job> {
  return succeed<Job>(
    await call(test, method, `/coordinator/jobs/${path}`, {
      key: coordinator.apiKey,
      ...(body !== undefined && { body }),
    }),
  );
}

const start = (id: string) => send('patch', `${id}/status`, { status: 'RUNNING' });
const FAILURE = {
  error: 'the tests fail',
  failedStep: 'tests',
  continuationPrompt: 'Begin with the failing test.',
  gateResults: { lint: 'ok', exact: 1.5 },
};

/** The seconds between two times of an answer. */
const between = ({ startedAt, endedAt }: Pick<Job, 'startedAt' | 'endedAt'>) =>
  (Date.parse(endedAt ?? '') - Date.parse(startedAt ?? '')) / 1000;

async function expireLease(id: string): Promise<void> {
  await writeAsSystem(
    test,
    `UPDATE public.jobs SET lease_expires_at = pg_catalog.clock_timestamp() FROM ctx WHERE ctx.ready AND id = $1`,
    [id],
  );
  while ((await jobRow(test, id)).status === 'RUNNING')
    await new Promise((resolve) => setTimeout(resolve, 50));
}

describe('previousAttempt', () => {
  it('is null until an attempt has ended and the job is PENDING again', async () => {
    const created = await createJob(test, coordinator);
    const started = await start(created.id);
    const failed = await send('post', `${created.id}/fail`, FAILURE);
    expect([created, started, failed].map((it) => it.previousAttempt)).toEqual([null, null, null]);
  });

  it('says why the last attempt ended, in the claim and in every later response', async () => {
    const { id } = await startJob(test, coordinator, { type: 'retried' });
    await send('post', `${id}/fail`, FAILURE);
    const retried = await send('post', `${id}/retry`);
    const claimed = await send('post', 'claim', { agentId: 'a', types: ['retried'] });
    expect(claimed).toMatchObject({ id, attempt: 2, error: null, continuationPrompt: null });
    const progressed = await send('patch', `${id}/progress`, { progressPercent: 1 });
    const read = await send('get', id);
    const listed = (await call(test, 'get', '/jobs?type=retried', { key: test.adminKey })).body.items[0];
    for (const job of [retried, claimed, progressed, read, listed]) {
      expect(job.previousAttempt).toEqual({ attempt: 1, ...FAILURE });
    }
    expect((await jobRow(test, id)).previous_attempt).toEqual({ attempt: 1, ...FAILURE });

    await send('post', `${id}/fail`, { error: 'again' });
    expect((await send('get', id)).previousAttempt?.attempt).toBe(1);
    await send('post', `${id}/retry`);
    expect((await start(id)).previousAttempt).toEqual({
      attempt: 2,
      error: 'again',
      failedStep: null,
      continuationPrompt: null,
      gateResults: null,
    });
  });

  it('says lease-expired for an expired lease', async () => {
    const { id } = await createJob(test, coordinator);
    await send('patch', `${id}/status`, { status: 'RUNNING', leaseSeconds: 30 });
    await expireLease(id);
    const job = await start(id);
    expect(job.previousAttempt).toMatchObject({ attempt: 1, error: 'lease-expired', gateResults: null });
    const { rows } = await test.database.owner.query(
      `SELECT action FROM public.audit_log WHERE resource_id = $1 AND rev = 3`,
      [id],
    );
    expect(rows).toEqual([{ action: 'job.expired' }]);
  });

  it('cannot be forged through the API login', async () => {
    const { id } = await startJob(test, coordinator);
    const forged = (status: string) =>
      writeAsSystem(
        test,
        `UPDATE public.jobs SET rev = rev + 1, status = '${status}', previous_attempt = '{"attempt": 7, "error": "lease-expired"}'
         FROM ctx WHERE ctx.ready AND id = $1`,
        [id],
      );
    for (const status of ['PENDING', 'RUNNING', 'CANCELLED']) {
      await expect(forged(status)).rejects.toMatchObject({ code: 'AU002' });
    }
  });
});

describe('durationSeconds', () => {
  it.each([
    ['complete', {}],
    ['fail', { error: 'x' }],
  ])('of a %s is the time from startedAt to endedAt', async (route, body) => {
    const { id } = await startJob(test, coordinator);
    const job = await send('post', `${id}/${route}`, body);
    expect(job.durationSeconds).toBe(between(job));
    expect((await jobRow(test, id)).duration_seconds).toBe(between(job));
    const history = (await call(test, 'get', `/coordinator/jobs/${id}/attempts`, { key: coordinator.apiKey }))
      .body;
    expect(history.items[0].durationSeconds).toBe(job.durationSeconds);
  });

  it('is the value that the coordinator sent', async () => {
    const { id } = await startJob(test, coordinator);
    expect((await send('post', `${id}/complete`, { durationSeconds: 73.5 })).durationSeconds).toBe(73.5);
    const none = await startJob(test, coordinator);
    expect((await send('post', `${none.id}/complete`, { durationSeconds: 0 })).durationSeconds).toBe(0);
  });

  it('is set for a cancelled attempt, and for one whose lease expired', async () => {
    const { id } = await startJob(test, coordinator);
    const job = await send('patch', `${id}/status`, { status: 'CANCELLED' });
    expect(job.durationSeconds).toBe(between(job));

    const last = await createJob(test, coordinator, { maxAttempts: 1 });
    await send('patch', `${last.id}/status`, { status: 'RUNNING', leaseSeconds: 30 });
    await expireLease(last.id);
    const failed = await send('get', last.id);
    expect([failed.error, failed.durationSeconds]).toEqual(['lease-expired', between(failed)]);
  });

  it('is null for a job without an attempt', async () => {
    const { id } = await createJob(test, coordinator);
    expect((await send('post', `${id}/fail`, { error: 'x' })).durationSeconds).toBeNull();
  });
});

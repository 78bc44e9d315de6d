import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RefusalRecorder } from '../../src/audit-log/recording/refusal-recorder.js';
import type { Job } from '../../src/jobs/job.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { audited, membersAtFault } from '../support/audited.js';
import { sessionsWaiting } from '../support/database.js';
import { holdRow, releaseRows } from '../support/held-row.js';
import {
  call,
  createJob,
  jobRow,
  listen,
  registerCoordinator,
  registerOperator,
  startJob,
  succeed,
  type TestCoordinator,
  type TestOperator,
} from '../support/registry.js';

/** As given: with white space at its ends and characters outside ASCII. */
const REASON = '  Falsche Auslieferung, Ticket 4711 🛑 ';

let test: TestApp;
let coordinator: TestCoordinator;
let operator: TestOperator;
let elsewhere: TestOperator;
let auditor: TestOperator;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  coordinator = await registerCoordinator(test);
  operator = await registerOperator(test, { workspaceIds: coordinator.workspaceIds });
  elsewhere = await registerOperator(test, { workspaceIds: (await registerCoordinator(test)).workspaceIds });
  auditor = await registerOperator(test, { role: 'AUDITOR', workspaceIds: coordinator.workspaceIds });
});

afterEach(() => releaseRows());

afterAll(() => test?.close());

const ask = (how: 'cancel' | 'retry', id: string, headers: Record<string, string> = {}) =>
  call(test, 'post', `/jobs/${id}/${how}`, { key: operator.accessKey, body: { reason: REASON }, headers });

const report = (method: 'post' | 'patch', path: string, body: object) =>
  call(test, method, `/coordinator/jobs/${path}`, { key: coordinator.apiKey, body });

/** A job in each state. `attempts` is the maximum. */
const JOBS: Record<Job['status'], (attempts?: number) => Promise<Job>> = {
  PENDING: () => createJob(test, coordinator),
  RUNNING: (maxAttempts = 3) => startJob(test, coordinator, { maxAttempts }),
  COMPLETED: async () => succeed(await report('post', `${(await JOBS.RUNNING()).id}/complete`, {})),
  FAILED: async (attempts) =>
    succeed(await report('post', `${(await JOBS.RUNNING(attempts)).id}/fail`, { error: 'broken' })),
  CANCELLED: async () =>
    succeed(await report('patch', `${(await JOBS.RUNNING()).id}/status`, { status: 'CANCELLED' })),
};

interface Kept {
  action: string;
  outcome: string;
  reason: string | null;
  actor_type: string;
  actor_id: string;
  rev: number | null;
  changes: Record<string, unknown>;
}

async function recordsOf(id: string, after: { rev: number }): Promise<Kept[]> {
  const { rows } = await test.database.owner.query<Kept>(
    `SELECT action, outcome, reason, actor_type, actor_id, rev, changes FROM public.audit_log
     WHERE resource_id = $1 AND (rev IS NULL OR rev > $2) ORDER BY id`,
    [id, after.rev],
  );
  return rows;
}

const ofOperator = (action: string) => ({
  action,
  outcome: 'SUCCESS',
  reason: REASON,
  actor_type: 'OPERATOR',
  actor_id: operator.id,
});

describe('POST /jobs/:id/cancel', () => {
  it.each(['PENDING', 'RUNNING'] as const)('cancels a %s job and writes one record', async (status) => {
    const job = await JOBS[status]();
    const answer = await ask('cancel', job.id);
    expect(answer.status).toBe(200);
    expect(answer.headers.etag).toBe(`"${job.rev + 1}"`);
    expect(answer.body).toMatchObject({ id: job.id, status: 'CANCELLED', rev: job.rev + 1 });
    expect(await jobRow(test, job.id)).toMatchObject({
      status: 'CANCELLED',
      rev: job.rev + 1,
      lease_expires_at: null,
      ended_at: expect.any(Date),
    });
    expect(await recordsOf(job.id, job)).toMatchObject([
      {
        ...ofOperator('job.cancelled'),
        rev: job.rev + 1,
        changes: { status: { from: status, to: 'CANCELLED' } },
      },
    ]);
    const { rows } = await test.database.owner.query(
      'SELECT attempt, status FROM public.job_attempts WHERE job_id = $1',
      [job.id],
    );
    expect(rows).toEqual(status === 'RUNNING' ? [{ attempt: 1, status: 'CANCELLED' }] : []);
  });

  it('answers a repeat with the job as it is, and changes nothing', async () => {
    const { id } = await JOBS.RUNNING();
    const first = await ask('cancel', id);
    const row = await jobRow(test, id);
    const { answer, records } = await audited(test, 'post', `/jobs/${id}/cancel`, {
      body: { reason: 'again' },
    });
    expect([answer.status, answer.body, records]).toEqual([200, first.body, []]);
    expect(await jobRow(test, id)).toEqual(row);
  });

  it('writes one record for 16 requests at once', async () => {
    const job = await JOBS.RUNNING();
    const answers = await Promise.all(Array.from({ length: 16 }, () => ask('cancel', job.id)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.body).toMatchObject({ status: 'CANCELLED', rev: job.rev + 1 });
    expect(await recordsOf(job.id, job)).toMatchObject([ofOperator('job.cancelled')]);
  });

  it.each([
    ['COMPLETED', 'illegal-transition', []],
    ['FAILED', 'illegal-transition', ['retry']],
  ] as const)('answers 409 for a %s job, and changes nothing', async (status, code, allowed) => {
    const job = await JOBS[status]();
    const row = await jobRow(test, job.id);
    const answer = await ask('cancel', job.id);
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code, currentStatus: status, rev: job.rev, allowed });
    expect(await jobRow(test, job.id)).toEqual(row);
    expect(await recordsOf(job.id, job)).toEqual([]);
  });

  it('makes the next report of the attempt fail with job-cancelled', async () => {
    const { id } = await JOBS.RUNNING();
    await ask('cancel', id);
    const row = await jobRow(test, id);
    for (const [method, path, body] of [
      ['patch', 'progress', { progressPercent: 5, attempt: 1 }],
      ['post', 'complete', { attempt: 1 }],
      ['post', 'fail', { error: 'x', attempt: 1 }],
    ] as const) {
      expect((await report(method, `${id}/${path}`, body)).body).toMatchObject({
        status: 409,
        code: 'job-cancelled',
      });
    }
    expect(await jobRow(test, id)).toEqual(row);
  });

  /** Both wait in Postgres for the job's row, in this order. */
  it.each([
    ['before', 200],
    ['after', 409],
  ])('leaves the row as it is after the answer: a report that waits %s it', async (order, status) => {
    const { id } = await JOBS.RUNNING();
    const reporting = () =>
      report('patch', `${id}/progress`, { progressPercent: 5, attempt: 1 }).then((it) => it);
    const cancelling = () => ask('cancel', id).then((it) => it);
    await holdRow(test, 'jobs', id);
    const first = order === 'before' ? reporting() : cancelling();
    await sessionsWaiting(test.database.owner, 1);
    const second = order === 'before' ? cancelling() : reporting();
    await sessionsWaiting(test.database.owner, 2);
    await releaseRows();
    const [reported, cancelled] = order === 'before' ? [first, second] : [second, first];
    expect((await cancelled).status).toBe(200);
    const row = await jobRow(test, id);
    expect((await reported).status).toBe(status);
    expect(await jobRow(test, id)).toEqual(row);
    expect(row).toMatchObject({ status: 'CANCELLED', progress_percent: order === 'before' ? 5 : 0 });
  });

  it('lets no report of many commit after its answer', async () => {
    const { id } = await JOBS.RUNNING();
    let percent = 0;
    let stopped = false;
    const reporter = async () => {
      while (!stopped) {
        percent += 0.01;
        const { status } = await report('patch', `${id}/progress`, { progressPercent: percent });
        if (status !== 200) return status;
      }
      return 200;
    };
    const reporters = Promise.all(Array.from({ length: 8 }, reporter));
    while (percent < 0.4) await jobRow(test, id);
    expect((await ask('cancel', id)).status).toBe(200);
    const row = await jobRow(test, id);
    const answers = await reporters;
    stopped = true;
    expect(answers).toEqual(Array(8).fill(409));
    expect(await jobRow(test, id)).toEqual(row);
  });
});

describe('POST /jobs/:id/retry', () => {
  it('returns a FAILED job to PENDING and writes one record; a repeat changes nothing', async () => {
    const job = await JOBS.FAILED();
    const answer = await ask('retry', job.id);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ status: 'PENDING', rev: job.rev + 1 });
    const row = await jobRow(test, job.id);
    expect(row).toMatchObject({ status: 'PENDING', rev: job.rev + 1, previous_attempt: { error: 'broken' } });
    expect(await recordsOf(job.id, job)).toMatchObject([
      { ...ofOperator('job.retried'), changes: { status: { from: 'FAILED', to: 'PENDING' } } },
    ]);
    const repeated = await ask('retry', job.id);
    expect([repeated.status, repeated.body]).toEqual([200, answer.body]);
    expect(await jobRow(test, job.id)).toEqual(row);
    expect(await recordsOf(job.id, job)).toHaveLength(1);

    const started = await report('patch', `${job.id}/status`, { status: 'RUNNING', agentId: 'agent-2' });
    expect(started.body).toMatchObject({ attempt: 2 });
  });

  it.each([
    ['PENDING', 3, 'illegal-transition', ['cancel']],
    ['RUNNING', 3, 'illegal-transition', ['cancel']],
    ['COMPLETED', 3, 'illegal-transition', []],
    ['CANCELLED', 3, 'job-cancelled', []],
    ['FAILED', 1, 'attempts-exhausted', []],
  ] as const)('answers 409 for a %s job with %i attempts: %s', async (status, attempts, code, allowed) => {
    const job = await JOBS[status](attempts);
    const row = await jobRow(test, job.id);
    const answer = await ask('retry', job.id);
    expect(answer.body).toMatchObject({ status: 409, code, currentStatus: status, rev: job.rev });
    // Routes of operators, not verbs of coordinators.
    expect(answer.body.allowed).toEqual(allowed);
    expect(await jobRow(test, job.id)).toEqual(row);
    expect(await recordsOf(job.id, job)).toEqual([]);
  });

  it('says of a PENDING job that it waits, also after an attempt that failed', async () => {
    const { id } = await JOBS.RUNNING();
    succeed(await report('post', `${id}/fail`, { error: 'broken', retry: { afterSeconds: 3600 } }));
    expect((await ask('retry', id)).body).toMatchObject({
      code: 'illegal-transition',
      detail: 'Cannot retry a PENDING job: it is waiting for its next attempt.',
    });
  });
});

describe.each([
  ['cancel', 'RUNNING'],
  ['retry', 'FAILED'],
] as const)('POST /jobs/:id/%s', (how, status) => {
  const path = (id: string) => `/jobs/${id}/${how}`;

  it('honours If-Match', async () => {
    const job = await JOBS[status]();
    const row = await jobRow(test, job.id);
    const stale = await ask(how, job.id, { 'If-Match': `"${job.rev - 1}"` });
    expect(stale.body).toMatchObject({ status: 412, code: 'precondition-failed', rev: job.rev });
    expect((await ask(how, job.id, { 'If-Match': 'x' })).status).toBe(400);
    expect(await jobRow(test, job.id)).toEqual(row);
    expect((await ask(how, job.id, { 'If-Match': `"${job.rev}"` })).status).toBe(200);
  });

  it('answers an operator of another workspace as for an unknown job, and records the refusal', async () => {
    const job = await JOBS[status]();
    const row = await jobRow(test, job.id);
    const refusals = await Promise.all(
      [job.id, randomUUID()].map((id) =>
        call(test, 'post', path(id), { key: elsewhere.accessKey, body: { reason: REASON } }),
      ),
    );
    for (const { body } of refusals) {
      expect({ ...body, requestId: '' }).toEqual({ ...refusals[0]?.body, requestId: '' });
      expect(body).toMatchObject({ status: 404, code: 'not-found' });
    }
    expect(await jobRow(test, job.id)).toEqual(row);
    await test.app.get(RefusalRecorder, { strict: false }).flush();
    const { rows } = await test.database.owner.query(
      `SELECT action, outcome, workspace_id FROM public.audit_log WHERE actor_id = $1 AND reason = 'workspace-forbidden'
       ORDER BY id LIMIT 1`,
      [elsewhere.id],
    );
    expect(rows).toEqual([
      { action: 'access.denied', outcome: 'DENIED', workspace_id: coordinator.workspaceIds[0] },
    ]);
  });

  it('refuses an AUDITOR, and records the refusal', async () => {
    const job = await JOBS[status]();
    const row = await jobRow(test, job.id);
    const { body } = await call(test, 'post', path(job.id), {
      key: auditor.accessKey,
      body: { reason: REASON },
    });
    expect(body).toMatchObject({ status: 403, code: 'permission-missing' });
    expect(await jobRow(test, job.id)).toEqual(row);
    await test.app.get(RefusalRecorder, { strict: false }).flush();
    const { rows } = await test.database.owner.query(
      'SELECT action, outcome, reason FROM public.audit_log WHERE actor_id = $1 ORDER BY id LIMIT 1',
      [auditor.id],
    );
    expect(rows).toEqual([{ action: 'access.denied', outcome: 'DENIED', reason: 'permission-missing' }]);
  });

  it.each([
    ['none', undefined],
    ['an empty one', ''],
    ['null', null],
    ['a number', 5],
    ['201 characters', 'x'.repeat(201)],
    ['only white space', ' \n\t\u00a0'],
  ])('answers 400 for this reason: %s', async (_, reason) => {
    const job = await JOBS[status]();
    const row = await jobRow(test, job.id);
    const answer = await call(test, 'post', path(job.id), { key: operator.accessKey, body: { reason } });
    expect(answer.status).toBe(400);
    expect(membersAtFault(answer)).toEqual(['reason']);
    expect(await jobRow(test, job.id)).toEqual(row);
  });

  it('keeps a reason of 200 characters outside the basic plane', async () => {
    const job = await JOBS[status]();
    const reason = '🛑'.repeat(200);
    await call(test, 'post', path(job.id), { key: operator.accessKey, body: { reason } });
    expect(await recordsOf(job.id, job)).toMatchObject([{ reason }]);
  });
});

import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import {
  call,
  createJob,
  jobRow,
  listen,
  registerCoordinator,
  registerWorkspace,
  type TestCoordinator,
} from '../support/registry.js';

let test: TestApp;
let coordinator: TestCoordinator;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(async () => {
  await test?.close();
});

beforeEach(async () => {
  coordinator = await registerCoordinator(test);
});

function claim(body: object = {}, headers: Record<string, string> = {}, key = coordinator.apiKey) {
  return call(test, 'post', '/coordinator/jobs/claim', {
    key,
    body: { agentId: 'agent-1', ...body },
    headers,
  });
}

function report(id: string, step: string, body: object) {
  const method = step === 'progress' || step === 'status' ? 'patch' : 'post';
  return call(test, method, `/coordinator/jobs/${id}/${step}`, { key: coordinator.apiKey, body });
}

/** Does something while another transaction has locked the jobs. */
async function whileLocked(ids: string[], act: () => Promise<void>): Promise<void> {
  const holder = await test.database.owner.connect();
  try {
    await holder.query('BEGIN');
    await holder.query('SELECT FROM public.jobs WHERE id = ANY ($1) FOR UPDATE', [ids]);
    await act();
    await holder.query('ROLLBACK');
  } finally {
    holder.release(true);
  }
}

/** Sets the end of the job's lease into the past, and waits until the sweeper has ended the attempt, which it does within 5 s. */
async function expireLease(id: string): Promise<void> {
  await test.database.owner.query(
    `UPDATE public.jobs SET lease_expires_at = now() - interval '1 s' WHERE id = $1`,
    [id],
  );
  while ((await jobRow(test, id)).status === 'RUNNING') await setTimeout(50);
}

describe('POST /coordinator/jobs/claim', () => {
  it('starts the oldest job of the highest priority, with a lease of 300 s', async () => {
    const low = await createJob(test, coordinator, { priority: 1 });
    const old = await createJob(test, coordinator, { priority: 90 });
    await createJob(test, coordinator, { priority: 90 });
    const first = await claim({ agentType: 'builder' });
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({
      id: old.id,
      status: 'RUNNING',
      attempt: 1,
      rev: 2,
      coordinatorId: coordinator.id,
      agentId: 'agent-1',
      agentType: 'builder',
    });
    expect(first.headers.etag).toBe('"2"');
    expect(Date.parse(first.body.leaseExpiresAt) - Date.parse(first.body.startedAt)).toBe(300_000);
    await claim();
    expect((await claim()).body.id).toBe(low.id);
    expect(await recordsWhere(test, `resource_id = $1 AND action = 'job.started'`, [low.id])).toHaveLength(1);
  });

  it('answers 204 when no job is PENDING', async () => {
    const { status, text } = await claim();
    expect([status, text]).toEqual([204, '']);
  });

  it('starts each of 20 jobs once for 30 simultaneous claims', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => createJob(test, coordinator)));
    const answers = await Promise.all(Array.from({ length: 30 }, () => claim()));
    const claimed = answers.filter(({ status }) => status === 200).map(({ body }) => body.id);
    // who finds every free job locked gets 204 and asks again
    for (let more = await claim(); more.status === 200; more = await claim()) claimed.push(more.body.id);
    expect(claimed.sort()).toEqual(made.map(({ id }) => id).sort());
  });

  it('skips jobs that another transaction has locked', async () => {
    const ids: string[] = [];
    for (let at = 0; at < 3; at += 1) ids.push((await createJob(test, coordinator)).id);
    await whileLocked(ids.slice(0, 2), async () => {
      expect((await claim()).body.id).toBe(ids[2]);
      expect((await claim()).status).toBe(204);
    });
    expect((await claim()).body.id).toBe(ids[0]);
  });

  it('takes the first job that is free, behind 70 that another transaction has locked', async () => {
    const ids: string[] = [];
    for (let at = 0; at < 71; at += 1) ids.push((await createJob(test, coordinator)).id);
    await whileLocked(ids.slice(0, 70), async () => {
      expect((await claim()).body.id).toBe(ids[70]);
    });
  });

  it('starts only jobs of the given workspaceIds and types', async () => {
    const other = await registerWorkspace(test);
    const wide = await registerCoordinator(test, { workspaceIds: [...coordinator.workspaceIds, other.id] });
    await createJob(test, coordinator, { type: 'build' });
    expect((await claim({ types: ['deploy'] })).status).toBe(204);
    expect((await claim({ workspaceIds: [other.id] }, {}, wide.apiKey)).status).toBe(204);
    expect(
      (await claim({ types: ['deploy', 'build'], workspaceIds: coordinator.workspaceIds }, {}, wide.apiKey))
        .status,
    ).toBe(200);
  });

  it('never starts a job of another tenant, and answers 403 for its workspace', async () => {
    const theirs = await registerCoordinator(test);
    const job = await createJob(test, theirs, { priority: 100 });
    expect((await claim()).status).toBe(204);
    const refused = await claim({ workspaceIds: [...coordinator.workspaceIds, ...theirs.workspaceIds] });
    expect([refused.status, refused.body.code]).toEqual([403, 'workspace-forbidden']);
    expect((await jobRow(test, job.id)).rev).toBe(1);
  });

  it('returns the same job for the same Idempotency-Key, also to 10 simultaneous claims', async () => {
    for (let count = 0; count < 10; count += 1) await createJob(test, coordinator);
    const header = { 'Idempotency-Key': randomUUID() };
    const answers = await Promise.all(Array.from({ length: 10 }, () => claim({}, header)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotency-replayed'] !== 'true')).toHaveLength(1);
    const { rows } = await test.database.owner.query(
      `SELECT id FROM jobs WHERE workspace_id = $1 AND status = 'RUNNING'`,
      [coordinator.workspaceIds[0]],
    );
    expect(rows).toHaveLength(1);
    expect((await claim({ types: ['other'] }, header)).body.code).toBe('idempotency-key-reused');
  });

  it('answers 403 to a repeat whose job is in a workspace that was taken away meanwhile', async () => {
    const other = await registerWorkspace(test);
    const wide = await registerCoordinator(test, { workspaceIds: [other.id, ...coordinator.workspaceIds] });
    await createJob(test, wide, { workspaceId: other.id });
    const header = { 'Idempotency-Key': randomUUID() };
    const first = await claim({}, header, wide.apiKey);
    expect(first.status).toBe(200);
    await call(test, 'patch', `/admin/coordinators/${wide.id}`, {
      key: test.adminKey,
      body: { workspaceIds: coordinator.workspaceIds },
    });
    const free = await createJob(test, coordinator);
    for (const wait of [{}, { waitSeconds: 20 }]) {
      const repeat = await claim(wait, header, wide.apiKey);
      expect([repeat.status, repeat.body.code]).toEqual([403, 'workspace-forbidden']);
    }
    expect((await jobRow(test, free.id)).rev).toBe(1);
  });

  it('accepts the same Idempotency-Key again after 24 hours', async () => {
    const header = { 'Idempotency-Key': randomUUID() };
    await createJob(test, coordinator);
    const first = await claim({}, header);
    await test.database.owner.query(
      `UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE job_id = $1`,
      [first.body.id],
    );
    const next = await createJob(test, coordinator);
    const second = await claim({}, header);
    expect(second.body.id).toBe(next.id);
    expect((await claim({}, header)).body.id).toBe(next.id);
  });

  it.each([
    { agentId: undefined },
    { agentId: '' },
    { agentId: 3 },
    { leaseSeconds: 29 },
    { leaseSeconds: 86_401 },
    { leaseSeconds: null },
    { types: [] },
    { types: [1] },
    { workspaceIds: ['x'] },
    { workspaceIds: [] },
    { unknown: 1 },
  ])('answers 400 for %j and starts nothing', async (body) => {
    const job = await createJob(test, coordinator);
    const { status, body: problem } = await claim(body);
    expect([status, problem.code]).toEqual([400, 'invalid-request']);
    expect((await jobRow(test, job.id)).rev).toBe(1);
  });
});

describe('leases', () => {
  it('start with the status, are renewed by each progress, and end with the attempt', async () => {
    const job = await createJob(test, coordinator);
    const started = await report(job.id, 'status', { status: 'RUNNING', agentId: 'a', leaseSeconds: 30 });
    expect(Date.parse(started.body.leaseExpiresAt) - Date.parse(started.body.startedAt)).toBe(30_000);
    await setTimeout(5);
    const moved = await report(job.id, 'progress', { progressPercent: 10, attempt: 1 });
    expect(moved.body.leaseExpiresAt > started.body.leaseExpiresAt).toBe(true);
    await setTimeout(5);
    const idle = await report(job.id, 'progress', { progressPercent: 10, attempt: 1 });
    expect(idle.body).toMatchObject({ applied: false, rev: moved.body.rev });
    expect(idle.body.leaseExpiresAt > moved.body.leaseExpiresAt).toBe(true);
    expect(await recordsWhere(test, `resource_id = $1 AND action = 'job.progressed'`, [job.id])).toHaveLength(
      1,
    );
    expect((await report(job.id, 'complete', {})).body.leaseExpiresAt).toBeNull();
  });

  it('return the job to PENDING when they expire; late reports get 409 stale-attempt', async () => {
    const { id } = await createJob(test, coordinator, { maxAttempts: 2 });
    await claim();
    await expireLease(id);
    expect(await jobRow(test, id)).toMatchObject({
      status: 'PENDING',
      attempt: 1,
      rev: 3,
      // Without a coordinator. Otherwise the former one would count as the one that runs it.
      coordinator_id: null,
      agent_id: null,
      agent_type: null,
      lease_seconds: null,
      lease_expires_at: null,
      ended_at: null,
    });
    const late = await report(id, 'complete', { attempt: 1 });
    expect([late.status, late.body.code, late.body.reason]).toEqual([409, 'stale-attempt', 'lease-expired']);
    expect(late.body.detail).toBe(
      `Attempt 1 ended at ${late.body.endedAt}: its lease expired. Stop working on it.`,
    );
    expect(await recordsWhere(test, `resource_id = $1 AND action = 'job.expired'`, [id])).toMatchObject([
      { actorType: 'SYSTEM', actorName: 'lease-sweeper', outcome: 'SUCCESS' },
    ]);

    expect((await claim()).body).toMatchObject({ id, attempt: 2 });
    await expireLease(id);
    expect(await jobRow(test, id)).toMatchObject({ status: 'FAILED', attempt: 2, error: 'lease-expired' });
    expect((await report(id, 'progress', { progressPercent: 1, attempt: 2 })).body.code).toBe(
      'stale-attempt',
    );
    expect((await report(id, 'retry', {})).body).toMatchObject({
      code: 'attempts-exhausted',
      detail: 'All 2 attempts are used. Create a new job.',
      maxAttempts: 2,
    });
    const attempts = await call(test, 'get', `/coordinator/jobs/${id}/attempts`, { key: coordinator.apiKey });
    expect(attempts.body.items).toMatchObject([
      { attempt: 1, status: 'FAILED', error: 'lease-expired' },
      { attempt: 2, status: 'FAILED', error: 'lease-expired' },
    ]);
  });

  it('are null when no leaseSeconds was sent', async () => {
    const { id } = await createJob(test, coordinator);
    const started = await report(id, 'status', { status: 'RUNNING', agentId: 'a' });
    expect(started.body.leaseExpiresAt).toBeNull();
  });
});

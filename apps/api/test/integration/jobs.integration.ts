import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '../../src/common/access/caller.js';
import type { Job } from '../../src/jobs/job.js';
import { JobReadsRepository } from '../../src/jobs/job-reads.repository.js';
import {
  cancel,
  complete,
  fail,
  progress,
  retry,
  start,
  type Transition,
} from '../../src/jobs/job-transitions.statement.js';
import { JobsRepository } from '../../src/jobs/jobs.repository.js';
import { digestOf } from '../../src/jobs/request-digest.js';
import { RunningAttempts } from '../../src/jobs/running-attempts.js';
import { StitchedJobsRepository } from '../../src/jobs/stitched-jobs.repository.js';
import { JobsDatabase, SYSTEM } from './jobs-fixture.js';

let database: JobsDatabase;
let sql: JobsDatabase['sql'];
let jobs: JobsRepository;
let reads: JobReadsRepository;
let stitched: StitchedJobsRepository;
let workspaceId: string;
let foreignWorkspaceId: string;
let caller: Caller;

beforeAll(async () => {
  database = await JobsDatabase.open();
  ({ sql } = database);
  jobs = new JobsRepository(database.prisma, new RunningAttempts());
  reads = new JobReadsRepository(database.prisma);
  stitched = new StitchedJobsRepository(database.prisma);
  workspaceId = await database.insertWorkspace('mine');
  foreignWorkspaceId = await database.insertWorkspace('theirs');
  await sql.query(
    `${SYSTEM} INSERT INTO workspace_repositories SELECT * FROM (VALUES
    ('acme/site', $1::uuid), ('other/site', $2::uuid)) AS v(repository, workspace_id) WHERE (SELECT ready FROM ctx)`,
    [workspaceId, foreignWorkspaceId],
  );
  caller = await database.insertCaller(workspaceId);
});

afterAll(() => database?.close());

function wanted(workspace = workspaceId) {
  return {
    workspaceId: workspace,
    type: 'build',
    repository: 'Acme/Site',
    issueNumber: 3,
    priority: 50,
    metadata: { a: 1 },
    maxAttempts: 2,
    notBefore: null,
    retry: null,
  };
}

async function pending(): Promise<Job> {
  return (await jobs.create(caller, wanted(), null)).job;
}

const started = start({ attempt: null, agentId: 'agent', agentType: null, leaseSeconds: null });
const progressed = progress({ progressPercent: 10, currentStep: null, tokensUsed: null, attempt: null });
const completed = complete({
  result: { ok: true },
  tokensUsed: 3,
  durationSeconds: 1.5,
  attempt: null,
  digest: digestOf('completed'),
});
const failed = fail({
  error: 'broken',
  failedStep: null,
  gateResults: null,
  continuationPrompt: null,
  attempt: null,
  digest: digestOf('failed'),
});

async function inState(...steps: Transition[]): Promise<Job> {
  let job = await pending();
  for (const step of steps) ({ job } = await jobs.change(caller, job.id, null, step));
  return job;
}

/** What a transition does to a job: its new status, `unchanged`, or the code of the refusal. */
async function outcome(job: Job, transition: Transition, revs: number[] | null = null): Promise<string> {
  try {
    const { job: after, applied } = await jobs.change(caller, job.id, revs, transition);
    expect(after.rev).toBe(job.rev + (applied ? 1 : 0));
    return applied ? after.status : 'unchanged';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    // The statement judges all three alike.
    return ['job-cancelled', 'attempts-exhausted', 'job-final'].includes(code) ? 'illegal-transition' : code;
  }
}

describe('state table', () => {
  const no = 'illegal-transition';
  it.each([
    ['PENDING', [], ['RUNNING', no, no, 'FAILED', no, 'CANCELLED']],
    ['RUNNING', [started], ['unchanged', 'RUNNING', 'COMPLETED', 'FAILED', no, 'CANCELLED']],
    ['COMPLETED', [started, completed], [no, no, 'unchanged', no, no, no]],
    ['FAILED', [started, failed], [no, no, no, 'unchanged', 'PENDING', no]],
    ['CANCELLED', [cancel({ attempt: null })], [no, no, no, no, no, 'unchanged']],
  ])('from %s', async (status, steps, expected) => {
    const found: string[] = [];
    for (const transition of [
      started,
      progressed,
      completed,
      failed,
      retry({ attempt: null }),
      cancel({ attempt: null }),
    ]) {
      const job = await inState(...steps);
      expect(job.status).toBe(status);
      found.push(await outcome(job, transition));
    }
    expect(found).toEqual(expected);
  });

  it('refuses another agent on a RUNNING job, and another body for the same end', async () => {
    const job = await inState(started);
    expect(
      await outcome(job, start({ attempt: null, agentId: 'another', agentType: null, leaseSeconds: null })),
    ).toBe(no);
    expect(
      await outcome(job, start({ attempt: null, agentId: null, agentType: null, leaseSeconds: null })),
    ).toBe(no);
    const other = complete({
      result: null,
      tokensUsed: null,
      durationSeconds: null,
      attempt: null,
      digest: digestOf('x'),
    });
    expect(await outcome(await inState(started, completed), other)).toBe(no);
  });

  it('retries until the attempts are used up, and recognises a repeat by its attempt', async () => {
    const retried = await inState(started, failed, retry({ attempt: 1 }));
    expect(await outcome(retried, retry({ attempt: 1 }))).toBe('unchanged');
    expect(await outcome(retried, retry({ attempt: null }))).toBe(no);
    expect(
      await outcome(
        await inState(started, failed, retry({ attempt: 1 }), started, failed),
        retry({ attempt: null }),
      ),
    ).toBe(no);
  });
});

describe('order of checks', () => {
  it('If-Match before the attempt, and the attempt before the state', async () => {
    const job = await inState(started, failed, retry({ attempt: null }), started);
    const late = progress({ progressPercent: 50, currentStep: null, tokensUsed: null, attempt: 1 });
    expect(await outcome(job, late, [job.rev - 1])).toBe('precondition-failed');
    expect(await outcome(job, late)).toBe('stale-attempt');
    expect(await outcome(await inState(started, failed, retry({ attempt: 1 })), cancel({ attempt: 1 }))).toBe(
      'stale-attempt',
    );
  });

  it('progress never decreases', async () => {
    const job = await inState(started);
    const report = (progressPercent: number, currentStep: string, tokensUsed: number) =>
      jobs.change(caller, job.id, null, progress({ progressPercent, currentStep, tokensUsed, attempt: 1 }));
    await report(40, 'build', 10);
    expect(await report(20, 'checkout', 12)).toMatchObject({
      applied: true,
      job: { progressPercent: 40, currentStep: 'build', tokensUsed: 12 },
    });
    expect(await report(20, 'checkout', 12)).toMatchObject({ applied: false });
  });

  it('a complete that waits for an uncommitted start writes the attempt', async () => {
    const job = await pending();
    const client = await sql.connect();
    await client.query('BEGIN');
    await client.query(
      `${SYSTEM} UPDATE jobs SET status = 'RUNNING', attempt = 1, rev = rev + 1, started_at = now(), coordinator_id = $2
       FROM ctx WHERE id = $1`,
      [job.id, caller.id],
    );
    const waiting = jobs.change(caller, job.id, null, completed);
    while ((await sql.query('SELECT FROM pg_locks WHERE NOT granted')).rowCount === 0) await setTimeout(5);
    await client.query('COMMIT');
    client.release();
    expect(await waiting).toMatchObject({ applied: true, job: { status: 'COMPLETED', attempt: 1 } });
    expect(await reads.attempts(caller, job.id, { limit: 20, after: -1 })).toMatchObject({
      attempts: { items: [{ attempt: 1, status: 'COMPLETED' }], more: false },
    });
  });

  it('a start that waits for its row begins after the wait, and so does its lease', async () => {
    const { job } = await jobs.create(caller, { ...wanted(), notBefore: new Date(Date.now() + 200) }, null);
    await setTimeout(300);
    const client = await sql.connect();
    await client.query('BEGIN');
    await client.query(`${SYSTEM} UPDATE jobs SET not_before = NULL FROM ctx WHERE id = $1`, [job.id]);
    const waiting = jobs.change(
      caller,
      job.id,
      null,
      start({ agentId: 'a', agentType: null, leaseSeconds: 30, attempt: null }),
    );
    while ((await sql.query('SELECT FROM pg_locks WHERE NOT granted')).rowCount === 0) await setTimeout(5);
    await setTimeout(50);
    const { rows } = await client.query<{ now: Date }>(
      `SELECT date_trunc('milliseconds', clock_timestamp()) AS now`,
    );
    await client.query('COMMIT');
    client.release();
    const { startedAt, leaseExpiresAt } = (await waiting).job;
    const begun = Date.parse(startedAt ?? '');
    expect(begun).toBeGreaterThanOrEqual(rows[0]?.now.getTime() ?? Number.NaN);
    expect(Date.parse(leaseExpiresAt ?? '') - begun).toBe(30_000);
  });
});

describe('creation of jobs', () => {
  it('creates one job for 24 simultaneous requests with one Idempotency-Key', async () => {
    const idempotency = { route: 'r', key: randomUUID(), requestDigest: digestOf(wanted()) };
    const made = await Promise.all(
      Array.from({ length: 24 }, () => jobs.create(caller, wanted(), idempotency)),
    );
    expect(new Set(made.map(({ job }) => job.id)).size).toBe(1);
    expect(made.filter(({ replayed }) => !replayed)).toHaveLength(1);
    await expect(
      jobs.create(caller, wanted(), { ...idempotency, requestDigest: digestOf('another body') }),
    ).rejects.toMatchObject({ code: 'idempotency-key-reused' });
  });

  it('creates one job for 16 simultaneous deliveries for an issue', async () => {
    const delivery = {
      workspaceId: null,
      type: 'issue',
      repository: 'acme/site',
      issueNumber: 77,
      metadata: {},
      notBefore: null,
      retry: null,
    };
    const made = await Promise.all(
      Array.from({ length: 16 }, () => stitched.dispatch(caller, delivery, null)),
    );
    expect(new Set(made.map(({ job }) => job.id)).size).toBe(1);
    expect(made.filter(({ how }) => how === 'made')).toHaveLength(1);
  });
});

describe('permissions of jobs', () => {
  it('hide jobs of other workspaces', async () => {
    const { rows } = await sql.query<{ id: string }>(
      `${SYSTEM} INSERT INTO jobs (workspace_id, type, origin, created_by) SELECT $1, 't', 'API', $2 FROM ctx RETURNING id`,
      [foreignWorkspaceId, caller.id],
    );
    const id = rows[0]?.id ?? '';
    const hidden = { code: 'not-found', extra: { refusal: { reason: 'workspace-forbidden' } } };
    await expect(reads.find(caller, id)).rejects.toMatchObject(hidden);
    await expect(reads.attempts(caller, id, { limit: 20, after: -1 })).rejects.toMatchObject(hidden);
    await expect(jobs.change(caller, id, null, started)).rejects.toMatchObject(hidden);
    await expect(reads.find(caller, randomUUID())).rejects.toMatchObject({ code: 'not-found', extra: {} });
    await expect(jobs.create(caller, wanted(foreignWorkspaceId), null)).rejects.toMatchObject({
      code: 'workspace-forbidden',
    });
    const delivery = {
      workspaceId: null,
      type: 'issue',
      repository: 'other/site',
      issueNumber: 1,
      metadata: {},
      notBefore: null,
      retry: null,
    };
    await expect(stitched.dispatch(caller, delivery, null)).rejects.toMatchObject({
      code: 'repository-forbidden',
    });
    await expect(
      stitched.dispatch(caller, { ...delivery, repository: 'no/such' }, null),
    ).rejects.toMatchObject({
      code: 'repository-forbidden',
    });
  });

  it.each([
    ['key-revoked', `UPDATE coordinator_keys SET revoked_at = now() FROM ctx WHERE kid = $1`],
    [
      'key-expired',
      `UPDATE coordinator_keys SET expires_at = now(), rotated_at = now() FROM ctx WHERE kid = $1`,
    ],
    ['coordinator-suspended', `UPDATE coordinators SET status = 'SUSPENDED' FROM ctx WHERE id::text = $1`],
    [
      'permission-missing',
      `UPDATE coordinators SET permissions = '{jobs:read}' FROM ctx WHERE id::text = $1`,
    ],
    [
      'network-forbidden',
      `UPDATE coordinators SET allowed_networks = '{10.0.0.0/8}' FROM ctx WHERE id::text = $1`,
    ],
  ])('are checked in the next statement: %s', async (code, withdrawal) => {
    const leaving = await database.insertCaller(workspaceId);
    const { job } = await jobs.create(leaving, wanted(), null);
    await sql.query(`${SYSTEM} ${withdrawal}`, [withdrawal.includes('kid') ? leaving.kid : leaving.id]);
    await expect(jobs.change(leaving, job.id, null, started)).rejects.toMatchObject({ code });
    await expect(jobs.create(leaving, wanted(), null)).rejects.toMatchObject({ code });
  });
});

describe('audit records of jobs', () => {
  it('have one record for each change, none for a repeat, and consecutive revs', async () => {
    const job = await inState(started, started, progressed, progressed, completed, completed);
    const { rows } = await sql.query<{ action: string; rev: number; actor_id: string; outcome: string }>(
      'SELECT action, rev, actor_id, outcome FROM audit_log WHERE resource_id = $1 ORDER BY rev',
      [job.id],
    );
    expect(rows.map(({ action, rev }) => [action, rev])).toEqual([
      ['job.created', 1],
      ['job.started', 2],
      ['job.progressed', 3],
      ['job.completed', 4],
    ]);
    expect(new Set(rows.map((row) => row.actor_id))).toEqual(new Set([caller.id]));
  });

  it.each([
    `UPDATE jobs SET rev = rev + 1, priority = 1`,
    `DELETE FROM jobs`,
    `UPDATE audit_log SET reason = 'x'`,
    `DELETE FROM audit_log`,
    `TRUNCATE audit_log`,
    `TRUNCATE jobs`,
    `INSERT INTO audit_log (actor_type, action, outcome) VALUES ('SYSTEM', 'x', 'SUCCESS')`,
    `ALTER TABLE jobs DISABLE TRIGGER ALL`,
    `ALTER TABLE audit_log DISABLE TRIGGER ALL`,
    `SET ROLE coordinator_registry_audit`,
    `SET session_replication_role = replica`,
    `CREATE TEMP TABLE audit_log (id int)`,
    `CREATE TABLE public.mine (id int)`,
    `SELECT public.audit_append('job.created', NULL, 'job', NULL, '{}')`,
    `INSERT INTO job_attempts (job_id, attempt, status, progress_percent, tokens_used, started_at, ended_at)
       SELECT id, 9, 'FAILED', 0, 0, now(), now() FROM jobs`,
  ])('cannot be bypassed by the API login: %s', async (attack) => {
    await pending();
    await expect(sql.query(attack)).rejects.toMatchObject({ code: expect.stringMatching(/^(42501|AU00.)$/) });
  });
});

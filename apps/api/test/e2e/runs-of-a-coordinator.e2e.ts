import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RefusalRecorder } from '../../src/audit-log/recording/refusal-recorder.js';
import type { Job } from '../../src/jobs/job.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { sessionsWaiting } from '../support/database.js';
import {
  admin,
  call,
  createJob,
  jobRow,
  listen,
  randomRepository,
  registerCoordinator,
  registerOperator,
  registerWorkspace,
  startJob,
  type TestCoordinator,
  writeAsSystem,
} from '../support/registry.js';

/* A run is its coordinator's, and what becomes of its runs is said when it is deleted or suspended. */

let test: TestApp;
let workspaceId: string;
let owner: TestCoordinator;
let other: TestCoordinator;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  workspaceId = (await registerWorkspace(test)).id;
  owner = await registerCoordinator(test, { workspaceIds: [workspaceId] });
  other = await registerCoordinator(test, { workspaceIds: [workspaceId] });
});

afterAll(() => test?.close());

const newcomer = () => registerCoordinator(test, { workspaceIds: [workspaceId] });

const send = ({ apiKey }: TestCoordinator, method: 'post' | 'patch', path: string, body: object) =>
  call(test, method, `/coordinator/jobs/${path}`, { key: apiKey, body });

const REPORTS = [
  ['patch', 'progress', { progressPercent: 5 }],
  ['post', 'complete', {}],
  ['post', 'fail', { error: 'x' }],
  ['patch', 'status', { status: 'CANCELLED' }],
] as const;

describe.each(REPORTS)('%s %s for an attempt of another coordinator', (method, route, body) => {
  it('answers stale-attempt without `attempt`, and changes nothing', async () => {
    const { id } = await startJob(test, owner);
    const row = await jobRow(test, id);
    const answer = await send(other, method, `${id}/${route}`, body);
    expect([answer.status, answer.body.code]).toEqual([409, 'stale-attempt']);
    expect(answer.body).toMatchObject({ currentStatus: 'RUNNING', attempt: 1, rev: 2 });
    expect(await jobRow(test, id)).toEqual(row);
  });

  it('answers stale-attempt for an attempt without a coordinator', async () => {
    const { id } = await createJob(test, owner);
    await writeAsSystem(
      test,
      `UPDATE public.jobs SET status = 'RUNNING', attempt = 1, rev = 2, started_at = now() FROM ctx WHERE ctx.ready AND id = $1`,
      [id],
    );
    const row = await jobRow(test, id);
    const answer = await send(other, method, `${id}/${route}`, body);
    expect([answer.status, answer.body.code]).toEqual([409, 'stale-attempt']);
    expect(await jobRow(test, id)).toEqual(row);
  });

  it('is accepted with `attempt`, and from the owner of the attempt without it', async () => {
    for (const [coordinator, attempt] of [
      [other, { attempt: 1 }],
      [owner, {}],
    ] as const) {
      const { id } = await startJob(test, owner);
      const answer = await send(coordinator, method, `${id}/${route}`, { ...body, ...attempt });
      expect(answer.status).toBe(200);
      expect(answer.body.rev).toBe(3);
    }
  });
});

it('a job without an attempt can be cancelled by any coordinator of its workspace', async () => {
  const { id } = await createJob(test, owner);
  expect((await send(other, 'patch', `${id}/status`, { status: 'CANCELLED' })).status).toBe(200);
});

describe('POST /coordinator/jobs with a repository', () => {
  it('of another workspace answers 403, writes a record, and creates nothing', async () => {
    // In Turkish, the lower case of I is another letter.
    const repository = `mini/info-${randomUUID()}`;
    await registerWorkspace(test, { repositories: [repository] });
    const create = (name: string) =>
      call(test, 'post', '/coordinator/jobs', {
        key: owner.apiKey,
        body: { workspaceId, type: 'foreign', repository: name },
        headers: { 'Idempotency-Key': randomUUID() },
      });
    for (const name of [repository, repository.toUpperCase()]) {
      const { body } = await create(name);
      expect(body).toMatchObject({ status: 403, code: 'repository-forbidden' });
    }
    const { rows } = await test.database.owner.query(`SELECT id FROM public.jobs WHERE type = 'foreign'`);
    expect(rows).toEqual([]);
    await test.app.get(RefusalRecorder, { strict: false }).flush();
    const records = await admin<{ items: object[] }>(
      test,
      'get',
      `/audit-log?actorId=${owner.id}&action=access.denied&limit=1`,
    );
    expect(records.items).toMatchObject([
      { reason: 'repository-forbidden', resourceType: 'repository', workspaceId },
    ]);
  });

  it('is accepted if the repository is unknown, or belongs to a workspace of the coordinator', async () => {
    const own = randomRepository();
    const home = await registerWorkspace(test, { repositories: [own] });
    const coordinator = await registerCoordinator(test, { workspaceIds: [home.id, workspaceId] });
    for (const repository of [own, randomRepository()]) {
      expect((await createJob(test, coordinator, { repository })).repository).toBe(repository);
    }
    const { status } = await call(test, 'post', '/coordinator/jobs', {
      key: coordinator.apiKey,
      body: { workspaceId, type: 'build', repository: own },
    });
    expect(status).toBe(403);
  });
});

/** Deletes or suspends. */
const ENDS = {
  deleted: (id: string, runs?: string) =>
    call(test, 'delete', `/admin/coordinators/${id}${runs === undefined ? '' : `?runs=${runs}`}`, {
      key: test.adminKey,
    }),
  suspended: (id: string, runs?: string) =>
    call(test, 'patch', `/admin/coordinators/${id}`, {
      key: test.adminKey,
      body: { status: 'SUSPENDED', ...(runs !== undefined && { runs }) },
    }),
};

async function recordsOf({ id }: Pick<Job, 'id'>) {
  const { rows } = await test.database.owner.query<{
    action: string;
    actor_type: string;
    request_id: string;
  }>('SELECT action, actor_type::text, request_id FROM public.audit_log WHERE resource_id = $1 AND rev > 2', [
    id,
  ]);
  return rows;
}

describe.each(['deleted', 'suspended'] as const)('RUNNING jobs of a coordinator that is %s', (how) => {
  const end = ENDS[how];
  const reason = `coordinator-${how}`;

  async function withRuns() {
    const coordinator = await newcomer();
    const [run, last] = [
      await startJob(test, coordinator),
      await startJob(test, coordinator, { maxAttempts: 1 }),
    ];
    return {
      coordinator,
      run,
      last,
      waiting: await createJob(test, coordinator),
      foreign: await startJob(test, owner),
    };
  }

  it.each(how === 'deleted' ? ['requeue', undefined] : ['requeue'])(
    'return to PENDING, or fail without attempts left: runs %s',
    async (runs) => {
      const { coordinator, run, last, waiting, foreign } = await withRuns();
      const before = [await jobRow(test, waiting.id), await jobRow(test, foreign.id)];
      expect((await end(coordinator.id, runs)).status).toBeLessThan(300);
      expect(await jobRow(test, run.id)).toMatchObject({
        status: 'PENDING',
        rev: 3,
        coordinator_id: null,
        agent_id: null,
        previous_attempt: { attempt: 1, error: reason },
      });
      expect(await jobRow(test, last.id)).toMatchObject({
        status: 'FAILED',
        rev: 3,
        error: reason,
        duration_seconds: expect.any(Number),
        ended_at: expect.any(Date),
      });
      expect([await jobRow(test, waiting.id), await jobRow(test, foreign.id)]).toEqual(before);
      const { rows } = await test.database.owner.query(
        'SELECT status, error FROM public.job_attempts WHERE job_id IN ($1, $2)',
        [run.id, last.id],
      );
      expect(rows).toEqual(Array(2).fill({ status: 'FAILED', error: reason }));
      const records = [await recordsOf(run), await recordsOf(last)];
      expect(records).toMatchObject([
        [{ action: 'job.requeued', actor_type: 'OPERATOR' }],
        [{ action: 'job.failed', actor_type: 'OPERATOR' }],
      ]);
      // Of the same statement as the record of the coordinator.
      const { rows: ofCoordinator } = await test.database.owner.query<{ request_id: string }>(
        'SELECT request_id FROM public.audit_log WHERE resource_id = $1 AND action = $2',
        [coordinator.id, `coordinator.${how}`],
      );
      expect(ofCoordinator.map((it) => it.request_id)).toEqual([records[0]?.[0]?.request_id]);

      const started = await send(owner, 'patch', `${run.id}/status`, { status: 'RUNNING' });
      expect(started.body).toMatchObject({ attempt: 2, previousAttempt: { attempt: 1, error: reason } });
      const late = await send(owner, 'post', `${run.id}/complete`, { attempt: 1 });
      expect([late.status, late.body.code]).toEqual([409, 'stale-attempt']);
      const retried = await send(owner, 'post', `${last.id}/fail`, { error: 'x', attempt: 1 });
      expect([retried.status, retried.body.code]).toEqual([409, 'stale-attempt']);
    },
  );

  it('are cancelled: runs cancel', async () => {
    const { coordinator, run, last } = await withRuns();
    expect((await end(coordinator.id, 'cancel')).status).toBeLessThan(300);
    for (const { id } of [run, last]) {
      expect(await jobRow(test, id)).toMatchObject({ status: 'CANCELLED', rev: 3, lease_expires_at: null });
      expect(await recordsOf({ id })).toMatchObject([{ action: 'job.cancelled', actor_type: 'OPERATOR' }]);
    }
  });

  it.each(how === 'suspended' ? ['leave', undefined] : ['leave'])('stay RUNNING: runs %s', async (runs) => {
    const { coordinator, run } = await withRuns();
    const before = await jobRow(test, run.id);
    expect((await end(coordinator.id, runs)).status).toBeLessThan(300);
    expect(await jobRow(test, run.id)).toEqual(before);
  });

  it('can be ended later, and are ended once', async () => {
    const { coordinator, run } = await withRuns();
    await end(coordinator.id, 'leave');
    for (let times = 0; times < 2; times += 1) await end(coordinator.id, 'cancel');
    expect(await jobRow(test, run.id)).toMatchObject({ status: 'CANCELLED', rev: 3 });
  });

  it('started at the same time are ended too', async () => {
    const coordinator = await newcomer();
    const { id } = await createJob(test, coordinator);
    // The start has judged its right before it waits for the job's row.
    const holder = await test.database.owner.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('SELECT FROM public.jobs WHERE id = $1 FOR UPDATE', [id]);
      const starting = send(coordinator, 'patch', `${id}/status`, { status: 'RUNNING' });
      const started = starting.then((it) => it);
      await sessionsWaiting(test.database.owner, 1);
      const ended = end(coordinator.id, 'requeue').then((it) => it);
      const status = how === 'deleted' ? 'DELETED' : 'SUSPENDED';
      for (;;) {
        const { rows } = await test.database.owner.query(
          'SELECT FROM public.coordinators WHERE id = $1 AND status = $2',
          [coordinator.id, status],
        );
        if (rows.length > 0) break;
      }
      await holder.query('COMMIT');
      expect((await started).status).toBe(200);
      expect((await ended).status).toBeLessThan(300);
    } finally {
      holder.release();
    }
    expect(await jobRow(test, id)).toMatchObject({ status: 'PENDING', attempt: 1, rev: 3 });
  });

  it('are not ended by an operator without the permission', async () => {
    const { coordinator, run } = await withRuns();
    const { accessKey } = await registerOperator(test, { workspaceIds: null });
    const before = await jobRow(test, run.id);
    const { status } =
      how === 'deleted'
        ? await call(test, 'delete', `/admin/coordinators/${coordinator.id}?runs=cancel`, { key: accessKey })
        : await call(test, 'patch', `/admin/coordinators/${coordinator.id}`, {
            key: accessKey,
            body: { status: 'SUSPENDED', runs: 'cancel' },
          });
    expect([status, await jobRow(test, run.id)]).toEqual([403, before]);
  });
});

it('one request ends thousands of attempts', async () => {
  const coordinator = await newcomer();
  const { id } = await startJob(test, coordinator);
  await test.database.owner.query(
    `WITH ctx AS MATERIALIZED (SELECT public.set_audit_context('SYSTEM', NULL, 'test', NULL, NULL, NULL, NULL) AS ready)
     INSERT INTO public.jobs (workspace_id, type, origin, created_by)
     SELECT workspace_id, 'many', 'API', created_by FROM public.jobs, ctx, generate_series(1, 3000) WHERE ctx.ready AND id = $1`,
    [id],
  );
  await test.database.owner.query(
    `WITH ctx AS MATERIALIZED (SELECT public.set_audit_context('SYSTEM', NULL, 'test', NULL, NULL, NULL, NULL) AS ready)
     UPDATE public.jobs SET rev = 2, status = 'RUNNING', attempt = 1, coordinator_id = $1, started_at = now() FROM ctx
     WHERE ctx.ready AND type = 'many'`,
    [coordinator.id],
  );
  expect((await ENDS.deleted(coordinator.id)).status).toBe(204);
  const { rows } = await test.database.owner.query(
    `SELECT count(*)::int AS jobs FROM public.jobs WHERE type = 'many' AND status = 'PENDING'
     UNION ALL SELECT count(*)::int FROM public.audit_log WHERE action = 'job.requeued' AND actor_type = 'OPERATOR'
       AND resource_id IN (SELECT id FROM public.jobs WHERE type = 'many')`,
  );
  expect(rows).toEqual([{ jobs: 3_000 }, { jobs: 3_000 }]);
});

describe('runs in PATCH and DELETE /admin/coordinators/:id', () => {
  it('is accepted only with a suspension or a deletion, and with three values', async () => {
    const { id } = await newcomer();
    const patch = (body: object) =>
      call(test, 'patch', `/admin/coordinators/${id}`, { key: test.adminKey, body });
    for (const body of [
      { runs: 'cancel' },
      { status: 'ACTIVE', runs: 'cancel' },
      { status: 'SUSPENDED', runs: 'stop' },
    ]) {
      expect((await patch(body)).status).toBe(400);
    }
    expect((await ENDS.deleted(id, 'stop')).status).toBe(400);
    const { status } = await admin<{ status: string }>(test, 'get', `/admin/coordinators/${id}`);
    expect(status).toBe('ACTIVE');
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RefusalRecorder } from '../../src/audit-log/recording/refusal-recorder.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { audited, membersAtFault } from '../support/audited.js';
import {
  call,
  createJob,
  jobRow,
  listen,
  registerCoordinator,
  registerOperator,
  registerWorkspace,
  startJob,
  type TestCoordinator,
  type TestOperator,
  writeAsSystem,
} from '../support/registry.js';

const REASON = 'the deployment is wrong';

let test: TestApp;
let coordinator: TestCoordinator;
let other: TestCoordinator;
let operator: TestOperator;
let workspaceId: string;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  workspaceId = (await registerWorkspace(test)).id;
  coordinator = await registerCoordinator(test, { workspaceIds: [workspaceId] });
  other = await registerCoordinator(test, { workspaceIds: [workspaceId] });
  operator = await registerOperator(test, { workspaceIds: [workspaceId] });
});

afterAll(() => test?.close());

const stop = (body: object, key = operator.accessKey) =>
  call(test, 'post', '/jobs/cancel', { key, body: { workspaceId, reason: REASON, ...body } });

async function statusesOf(ids: string[]): Promise<unknown[]> {
  return await Promise.all(ids.map(async (id) => (await jobRow(test, id)).status));
}

describe('POST /jobs/cancel', () => {
  it('cancels the jobs that match all filters, and writes a record for each', async () => {
    const type = randomUUID();
    const pending = await createJob(test, coordinator, { type });
    const running = await startJob(test, coordinator, { type });
    const ofOther = await startJob(test, other, { type });
    const otherType = await createJob(test, coordinator);
    const foreign = await createJob(test, await registerCoordinator(test), { type });
    const ids = [pending.id, running.id, ofOther.id, otherType.id, foreign.id];

    const none = { cancelled: 0, more: false };
    expect((await stop({ type, createdBefore: pending.createdAt })).body).toEqual(none);
    expect((await stop({ type, status: 'PENDING', coordinatorId: coordinator.id })).body).toEqual(none);
    expect(await statusesOf(ids)).toEqual(['PENDING', 'RUNNING', 'RUNNING', 'PENDING', 'PENDING']);

    const { answer, records } = await audited(test, 'post', '/jobs/cancel', {
      key: operator.accessKey,
      body: { workspaceId, type, coordinatorId: coordinator.id, reason: REASON },
    });
    expect([answer.status, answer.body]).toEqual([200, { cancelled: 1, more: false }]);
    expect(records).toMatchObject([{ action: 'job.cancelled', resourceId: running.id, workspaceId }]);
    expect(await statusesOf(ids)).toEqual(['PENDING', 'CANCELLED', 'RUNNING', 'PENDING', 'PENDING']);

    expect((await stop({ type })).body).toEqual({ cancelled: 2, more: false });
    expect(await statusesOf(ids)).toEqual(['CANCELLED', 'CANCELLED', 'CANCELLED', 'PENDING', 'PENDING']);
    const { rows } = await test.database.owner.query(
      `SELECT resource_id, actor_type, actor_id, reason, changes -> 'status' ->> 'from' AS status FROM public.audit_log
       WHERE action = 'job.cancelled' AND resource_id = ANY ($1) ORDER BY resource_id`,
      [ids],
    );
    const ofOperator = { actor_type: 'OPERATOR', actor_id: operator.id, reason: REASON };
    expect(rows).toEqual([
      { ...ofOperator, resource_id: pending.id, status: 'PENDING' },
      { ...ofOperator, resource_id: running.id, status: 'RUNNING' },
      { ...ofOperator, resource_id: ofOther.id, status: 'RUNNING' },
    ]);
    expect((await stop({ type })).body).toEqual(none);
  });

  it.each([
    ['status', 'FAILED'],
    ['status', null],
    ['coordinatorId', 'x'],
    ['createdBefore', '2026-01-01'],
    ['type', 5],
    ['workspaceId', 'x'],
    ['reason', ''],
    ['status', ['PENDING', 'FAILED']],
    ['status', ['PENDING', 'RUNNING', 'PENDING']],
    ['repository', 'acme'],
    ['issueNumber', 0],
    ['issueNumber', '1'],
    ['createdAfter', 'yesterday'],
    ['updatedBefore', null],
    ['lease', 'any'],
    ['surprise', 1],
  ])('answers 400 for %s: %j', async (member, value) => {
    const { id } = await createJob(test, coordinator);
    const answer = await stop({ [member]: value });
    expect(answer.status).toBe(400);
    expect(membersAtFault(answer)).toEqual([member]);
    expect(await statusesOf([id])).toEqual(['PENDING']);
  });

  it('is refused for another or an unknown workspace, and to an AUDITOR, and records it', async () => {
    const theirs = await registerCoordinator(test);
    const { id } = await createJob(test, theirs);
    const [theirWorkspace] = theirs.workspaceIds;
    const auditor = await registerOperator(test, { role: 'AUDITOR' });
    const refusals = [
      [operator, theirWorkspace, 'workspace-forbidden'],
      [operator, randomUUID(), 'workspace-forbidden'],
      [auditor, theirWorkspace, 'permission-missing'],
    ] as const;
    for (const [by, place, code] of refusals) {
      const { body } = await stop({ workspaceId: place }, by.accessKey);
      expect(body).toMatchObject({ status: 403, code });
    }
    expect(await statusesOf([id])).toEqual(['PENDING']);
    await test.app.get(RefusalRecorder, { strict: false }).flush();
    const { rows } = await test.database.owner.query(
      `SELECT DISTINCT actor_id, reason FROM public.audit_log WHERE outcome = 'DENIED' AND actor_id IN ($1, $2) ORDER BY reason`,
      [operator.id, auditor.id],
    );
    expect(rows).toEqual([
      { actor_id: auditor.id, reason: 'permission-missing' },
      { actor_id: operator.id, reason: 'workspace-forbidden' },
    ]);
  });

  it('cancels at most 5,000 jobs, while a writer in another workspace goes on', async () => {
    const many = await registerWorkspace(test);
    await writeAsSystem(
      test,
      `INSERT INTO public.jobs (workspace_id, type, origin, created_by)
       SELECT $1::uuid, 'many', 'API', $2::uuid FROM ctx, generate_series(1, 5001) WHERE ctx.ready`,
      [many.id, coordinator.id],
    );
    const { id } = await startJob(test, coordinator);
    let answered = false;
    const writing = (async () => {
      for (let percent = 0.001; !answered; percent += 0.001) {
        const { status } = await call(test, 'patch', `/coordinator/jobs/${id}/progress`, {
          key: coordinator.apiKey,
          body: { progressPercent: percent },
        });
        expect(status).toBe(200);
      }
    })();
    const body = { workspaceId: many.id };
    const first = await stop(body, test.adminKey);
    answered = true;
    await writing;
    expect(first.body).toEqual({ cancelled: 5_000, more: true });
    const { rows } = await test.database.owner.query(
      `WITH stopped AS (
         SELECT min(occurred_at) AS first, max(occurred_at) AS last, count(*)::int AS records,
           count(DISTINCT resource_id)::int AS jobs, count(DISTINCT xid)::int AS transactions
         FROM public.audit_log WHERE action = 'job.cancelled' AND workspace_id = $1)
       SELECT stopped.records, stopped.jobs, stopped.transactions,
         EXISTS (SELECT FROM public.audit_log AS record
           WHERE record.resource_id = $2 AND record.action = 'job.progressed'
             AND record.occurred_at > stopped.first AND record.occurred_at < stopped.last) AS went_on
       FROM stopped`,
      [many.id, id],
    );
    expect(rows).toEqual([{ records: 5_000, jobs: 5_000, transactions: 25, went_on: true }]);
    expect((await stop(body, test.adminKey)).body).toEqual({ cancelled: 1, more: false });
    expect((await stop(body, test.adminKey)).body).toEqual({ cancelled: 0, more: false });
    const left = await test.database.owner.query(
      `SELECT FROM public.jobs WHERE workspace_id = $1 AND status <> 'CANCELLED'`,
      [many.id],
    );
    expect(left.rowCount).toBe(0);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Job, JobCount } from '../../src/jobs/job.js';
import { startTestApp, type TestApp } from '../support/app.js';
import {
  call,
  createJob,
  listen,
  randomRepository,
  registerCoordinator,
  registerOperator,
  registerWorkspace,
  startJob,
  succeed,
  type TestCoordinator,
} from '../support/registry.js';

/* The list, the count and the bulk cancellation of operators have one filter. */

/** A workspace with one job of each kind. */
interface Fixture {
  workspaceId: string;
  repository: string;
  coordinator: TestCoordinator;
  other: TestCoordinator;
  /** of an operator who is limited to the workspace */
  key: string;
  /** after some of the jobs and before the others */
  middle: string;
  /** by a name of this test */
  jobs: Record<string, Job>;
}

let test: TestApp;
let fixture: Fixture;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  fixture = await makeFixture();
});

afterAll(() => test?.close());

async function makeFixture(): Promise<Fixture> {
  const repository = randomRepository();
  const { id: workspaceId } = await registerWorkspace(test, { repositories: [repository] });
  const coordinator = await registerCoordinator(test, { workspaceIds: [workspaceId] });
  const other = await registerCoordinator(test, { workspaceIds: [workspaceId] });
  const old = await startJob(test, coordinator, { type: 'old' });
  const issue = await createJob(test, coordinator, { repository, issueNumber: 7 });
  // From the clock of the database, and later than both.
  const { rows } = await test.database.owner.query<{ middle: Date }>(
    "SELECT now() + interval '2 milliseconds' AS middle, pg_sleep(0.005)",
  );
  await createJob(test, other, { type: 'leased' });
  const claim = { agentId: 'agent', leaseSeconds: 600, types: ['leased'] };
  const leased = succeed<Job>(
    await call(test, 'post', '/coordinator/jobs/claim', { key: other.apiKey, body: claim }),
  );
  const ofOther = await startJob(test, other, { type: 'new' });
  const { id } = await startJob(test, coordinator, { type: 'ended' });
  const ended = succeed<Job>(
    await call(test, 'post', `/coordinator/jobs/${id}/complete`, { key: coordinator.apiKey, body: {} }),
  );
  await behindTheTriggers("UPDATE public.jobs SET updated_at = now() - interval '2 hours' WHERE id = $1", [
    old.id,
  ]);
  return {
    workspaceId,
    repository,
    coordinator,
    other,
    key: (await registerOperator(test, { workspaceIds: [workspaceId] })).accessKey,
    middle: rows[0]?.middle.toISOString() ?? '',
    jobs: { old, issue, leased, other: ofOther, ended },
  };
}

/** One change of jobs that leaves no record. */
async function behindTheTriggers(statement: string, values: unknown[]): Promise<void> {
  const { owner } = test.database;
  await owner.query('ALTER TABLE public.jobs DISABLE TRIGGER USER');
  try {
    await owner.query(statement, values);
  } finally {
    await owner.query('ALTER TABLE public.jobs ENABLE ALWAYS TRIGGER jobs_audit');
    await owner.query('ALTER TABLE public.jobs ENABLE ALWAYS TRIGGER jobs_audit_frozen');
  }
}

async function listed({ jobs, key }: Fixture, query: string): Promise<string[]> {
  const { items } = succeed<{ items: Job[] }>(await call(test, 'get', `/jobs?limit=100${query}`, { key }));
  const names = Object.entries(jobs).filter(([, { id }]) => items.some((it) => it.id === id));
  expect(names).toHaveLength(items.length);
  return names.map(([name]) => name).sort();
}

async function counted({ key }: Fixture, query: string): Promise<JobCount> {
  return succeed<JobCount>(await call(test, 'get', `/jobs/count?${query.slice(1)}`, { key }));
}

/** Each filter as a query, and the jobs that match it. */
const FILTERS: [string, (of: Fixture) => string, string[]][] = [
  ['nothing', () => '', ['ended', 'issue', 'leased', 'old', 'other']],
  [
    'the workspace',
    ({ workspaceId }) => `&workspaceId=${workspaceId}`,
    ['ended', 'issue', 'leased', 'old', 'other'],
  ],
  ['one status', () => '&status=RUNNING', ['leased', 'old', 'other']],
  ['several statuses', () => '&status=COMPLETED&status=PENDING', ['ended', 'issue']],
  ['the older name of a status', () => '&status=QUEUED&status=FAILED', ['issue']],
  ['a type', () => '&type=old', ['old']],
  ['a repository', ({ repository }) => `&repository=${repository.toUpperCase()}`, ['issue']],
  [
    'a repository and other statuses',
    ({ repository }) => `&repository=${repository}&status=FAILED&status=RUNNING`,
    [],
  ],
  ['an issue', () => '&issueNumber=7', ['issue']],
  ['a coordinator', ({ coordinator }) => `&coordinatorId=${coordinator.id}`, ['ended', 'old']],
  [
    'a time of creation to begin with',
    ({ middle }) => `&createdAfter=${middle}`,
    ['ended', 'leased', 'other'],
  ],
  ['a time of creation to end with', ({ middle }) => `&createdBefore=${middle}`, ['issue', 'old']],
  [
    'a time without a change',
    () => `&updatedBefore=${new Date(Date.now() - 3_600_000).toISOString()}`,
    ['old'],
  ],
  ['no lease', () => '&lease=none', ['old', 'other']],
  ['a lease', () => '&lease=live', ['leased']],
  ['a lease and other statuses', () => '&lease=live&status=PENDING&status=COMPLETED', []],
  [
    'all at once',
    ({ middle, other, workspaceId }) =>
      `&status=RUNNING&status=PENDING&type=new&coordinatorId=${other.id}&createdAfter=${middle}&lease=none&workspaceId=${workspaceId}`,
    ['other'],
  ],
];

describe.each(FILTERS)('by %s', (_, query, names) => {
  it('the list and the count have the same jobs', async () => {
    const { jobs } = fixture;
    expect(await listed(fixture, query(fixture))).toEqual(names);
    const { byStatus, ...count } = await counted(fixture, query(fixture));
    const statuses = names.map((it) => jobs[it]?.status);
    for (const [status, many] of Object.entries(byStatus)) {
      expect([status, many]).toEqual([status, statuses.filter((it) => it === status).length]);
    }
    expect(count).toEqual({
      withoutLease: names.filter((it) => it === 'old' || it === 'other').length,
      lastLeaseExpiresAt: names.includes('leased') ? jobs.leased?.leaseExpiresAt : null,
      capped: false,
      asOf: expect.any(String),
    });
  });

  it('the bulk cancellation has those of them that have not ended', async () => {
    const own = await makeFixture();
    const body: Record<string, unknown> = { workspaceId: own.workspaceId, reason: 'a test' };
    const statuses: string[] = [];
    for (const [member, value] of new URLSearchParams(query(own))) {
      if (member === 'status') statuses.push(value.replace('QUEUED', 'PENDING'));
      else body[member] = member === 'issueNumber' ? Number(value) : value;
    }
    if (statuses.length > 0) body.status = statuses.filter((it) => it === 'PENDING' || it === 'RUNNING');
    const answer = await call(test, 'post', '/jobs/cancel', { key: own.key, body });
    const active = names.filter((it) => it !== 'ended');
    expect(answer.body).toEqual({ cancelled: active.length, more: false });
    expect(await listed(own, '&status=CANCELLED')).toEqual(active);
  });
});

describe('GET /jobs and GET /jobs/count', () => {
  it.each([
    'status=RUNNING&status=unknown',
    'status=',
    'type=a&type=b',
    'coordinatorId=x',
    'createdAfter=yesterday',
    'createdBefore=2026-01-01',
    'updatedBefore=',
    'lease=any',
    'lease=none&lease=live',
    'surprise=1',
    `status=${Array.from({ length: 6 }, () => 'RUNNING').join('&status=')}`,
  ])('refuse %s', async (query) => {
    for (const path of ['/jobs', '/jobs/count']) {
      const { status, body } = await call(test, 'get', `${path}?${query}`, { key: fixture.key });
      expect([path, status, body.code]).toEqual([path, 400, 'invalid-request']);
    }
  });

  it('refuse a workspace out of reach, and count nothing of it', async () => {
    const foreign = await registerCoordinator(test);
    await createJob(test, foreign);
    for (const id of [foreign.workspaceIds[0], randomUUID()]) {
      for (const path of ['/jobs', '/jobs/count']) {
        const { body } = await call(test, 'get', `${path}?workspaceId=${id}`, { key: fixture.key });
        expect([path, body.code]).toEqual([path, 'workspace-forbidden']);
      }
    }
    expect((await counted(fixture, '')).byStatus.PENDING).toBe(1);
  });

  it('the count has no pages', async () => {
    expect((await call(test, 'get', '/jobs/count?limit=1', { key: fixture.key })).status).toBe(400);
  });

  it('the list of a coordinator has only its own filters', async () => {
    const ask = (query: string) =>
      call(test, 'get', `/coordinator/jobs?${query}`, { key: fixture.coordinator.apiKey });
    expect((await ask('status=RUNNING')).status).toBe(200);
    expect((await ask('status=RUNNING&status=PENDING')).status).toBe(400);
    expect((await ask('lease=none')).status).toBe(400);
  });

  it('the count stops at 10,000', async () => {
    const { id } = await registerWorkspace(test);
    await behindTheTriggers(
      `INSERT INTO public.jobs (workspace_id, type, origin, created_by, status)
       SELECT $1, 'bulk', 'API', $2, 'PENDING' FROM generate_series(1, 10001)`,
      [id, fixture.coordinator.id],
    );
    const { byStatus, capped } = succeed<JobCount>(
      await call(test, 'get', `/jobs/count?workspaceId=${id}`, { key: test.adminKey }),
    );
    expect([byStatus.PENDING, capped]).toEqual([10_000, true]);
  });
});

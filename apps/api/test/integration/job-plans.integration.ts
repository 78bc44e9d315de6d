import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Caller } from '../../src/common/access/caller.js';
import { sessionOf } from '../../src/database/connection.js';
import { PrismaService } from '../../src/database/prisma.service.js';
import { JobClaimsRepository } from '../../src/jobs/job-claims.repository.js';
import { countStatement } from '../../src/jobs/job-count.statement.js';
import type { JobFilter } from '../../src/jobs/job-filter.statement.js';
import { listStatement } from '../../src/jobs/job-list.statement.js';
import { JobReadsRepository } from '../../src/jobs/job-reads.repository.js';
import {
  complete,
  fail,
  failAndRequeue,
  progress,
  retry,
  start,
  type Transition,
} from '../../src/jobs/job-transitions.statement.js';
import { JobsRepository } from '../../src/jobs/jobs.repository.js';
import { RunningAttempts } from '../../src/jobs/running-attempts.js';
import { type ActiveJobFilter, stopPartStatement } from '../../src/jobs/stop.statement.js';
import { expectDocumented } from '../support/documented-sql.js';
import {
  AS_SYSTEM,
  type AuditDatabase,
  coordinatorCaller,
  insertWorkspace,
  openAuditDatabase,
  operatorCaller,
} from './audit-fixture.js';
import { planOf, scansOf, totalRead } from './plan-fixture.js';

const JOBS = 100_000;
const LIMIT = 50;
const ANY: JobFilter = {
  workspaceId: null,
  statuses: null,
  type: null,
  repository: null,
  issueNumber: null,
  coordinatorId: null,
  createdAfter: null,
  createdBefore: null,
  updatedBefore: null,
  lease: null,
};
const ANYTHING = { workspaceIds: null, agentId: 'agent', agentType: null, leaseSeconds: 60 };

let database: AuditDatabase;
let session: pg.Client;
let busy: string;
let quiet: string;
let unlimited: Caller;
let limited: Caller;
let coordinator: Caller;

beforeAll(async () => {
  database = await openAuditDatabase();
  session = new pg.Client(sessionOf(database.connection));
  await session.connect();
  [quiet, busy] = [await insertWorkspace(database.api), await insertWorkspace(database.api)];
  unlimited = await operatorCaller(database.api);
  limited = await operatorCaller(database.api, [quiet]);
  coordinator = await coordinatorCaller(database.api, [quiet], 'jobs:read');
  // Only who owns the table may leave its triggers out, which would take most of the time.
  await database.owner.query('ALTER TABLE public.jobs DISABLE TRIGGER USER');
  // New statistics between two runs could change a plan.
  await database.owner.query('ALTER TABLE public.jobs SET (autovacuum_enabled = off)');
  for (const [workspace, jobs] of [
    [quiet, 40],
    [busy, JOBS],
  ] as const) {
    await database.owner.query(
      `INSERT INTO public.jobs (workspace_id, type, origin, created_by, status, repository, issue_number)
       SELECT $1, 'type ' || n % 4, 'API', $2, (CASE n % 2 WHEN 0 THEN 'PENDING' ELSE 'COMPLETED' END)::public.job_status, CASE WHEN n % 3 = 0 THEN 'owner/name-' || n % 7 END, n % 100
       FROM generate_series(1, $3::int) AS n`,
      [workspace, coordinator.id, jobs],
    );
  }
  await database.owner.query('ANALYZE public.jobs, public.workspaces, public.coordinator_workspaces');
});

afterAll(async () => {
  await session?.end();
  await database?.close();
});

const ROUNDING = 1;

async function readFor(caller: Caller, filter: Partial<JobFilter>): Promise<number> {
  const plan = await planOf(
    session,
    listStatement(caller, { ...ANY, ...filter }, { limit: LIMIT, belowId: null }),
  );
  const scans = scansOf(plan, 'jobs');
  for (const scan of scans) expect(scan.type).toMatch(/^Index (Only )?Scan$/);
  // Postgres says how many rows a scan gave on average, rounded to hundredths; before version 18, to whole rows.
  return Math.round(totalRead(scans));
}

describe('list of jobs', () => {
  it.each<[string, Partial<JobFilter>]>([
    ['no filter', {}],
    ['a status of no job', { statuses: ['RUNNING'] }],
    ['a type of no job', { type: 'deploy' }],
    ['a type', { type: 'type 1' }],
    ['a repository', { repository: 'Owner/name-3' }],
    ['two statuses, of which no job has the second', { statuses: ['PENDING', 'RUNNING'] }],
    ['no status', { statuses: [] }],
    ['a lease', { lease: 'none' }],
    ['a status that has no lease', { statuses: ['PENDING'], lease: 'live' }],
    ['a time before all jobs', { createdBefore: new Date('2020-01-01') }],
    ['a time after all jobs', { createdAfter: new Date('2099-01-01') }],
  ])('reads at most three times the page size for any number of jobs: %s', async (_, filter) => {
    // To find it, to measure it, and whole; and one more, which says that the list goes on. In each of both workspaces for an operator. And
    // the newest of each workspace, to choose among these.
    expect(await readFor(unlimited, filter)).toBeLessThanOrEqual(3 * LIMIT + 1 + 40 + 2 + ROUNDING);
    expect(await readFor(unlimited, { ...filter, workspaceId: busy })).toBeLessThanOrEqual(
      3 * LIMIT + 1 + 1 + ROUNDING,
    );
  });

  it.each<[string, Partial<JobFilter>]>([
    ['a status and a type of no job', { statuses: ['PENDING'], type: 'deploy' }],
    ['a type without a job of the status', { statuses: ['COMPLETED'], type: 'type 0' }],
    ['an issue of no job', { issueNumber: 4_711 }],
    ['a coordinator of no job', { coordinatorId: '00000000-0000-7000-8000-000000000000' }],
    ['a time of the last change before all jobs', { updatedBefore: new Date('2020-01-01') }],
    ['a repository and an issue of another one', { repository: 'owner/name-3', issueNumber: 4_711 }],
    [
      'all filters',
      { repository: 'owner/name-3', issueNumber: 4_711, statuses: ['PENDING'], type: 'type 1' },
    ],
  ])('reads at most 10,000 jobs for %s', async (_, filter) => {
    for (const workspace of [{}, { workspaceId: busy }]) {
      const read = await readFor(unlimited, { ...filter, ...workspace });
      expect(read).toBeGreaterThan(1_000);
      expect(read).toBeLessThanOrEqual(10_000 + 2);
    }
  });

  it.each([
    ['a coordinator', () => coordinator],
    ['a limited operator', () => limited],
  ])('reads nothing of other workspaces for %s', async (_, caller) => {
    expect(await readFor(caller(), {})).toBeLessThanOrEqual(3 * 40 + 1 + ROUNDING);
    expect(await readFor(caller(), { statuses: ['RUNNING'] })).toBe(0);
    expect(await readFor(caller(), { workspaceId: busy })).toBe(0);
  });
});

describe('count of jobs', () => {
  async function countFor(filter: Partial<JobFilter>): Promise<number> {
    const plan = await planOf(session, countStatement(unlimited, { ...ANY, ...filter }));
    return Math.round(totalRead(scansOf(plan, 'jobs')));
  }

  it.each<[string, Partial<JobFilter>, number]>([
    // Two of the statuses have jobs.
    ['no filter', {}, 2 * 10_001],
    ['a status', { statuses: ['PENDING'] }, 10_001],
    ['a status of no job', { statuses: ['RUNNING'] }, 0],
    ['a type', { type: 'type 1' }, 2 * 20_001],
    ['an issue of no job', { issueNumber: 4_711 }, 2 * 20_001],
    ['a repository', { repository: 'owner/name-3' }, 20_001],
    ['a time before all jobs', { createdBefore: new Date('2020-01-01') }, 0],
  ])('reads a bounded number of jobs: %s', async (_, filter, most) => {
    const read = await countFor(filter);
    expect(read).toBeLessThanOrEqual(most + ROUNDING);
    expect(await countFor({ ...filter, workspaceId: busy })).toBeLessThanOrEqual(most + ROUNDING);
  });
});

describe('cancelling jobs by filter', () => {
  const ACTIVE: ActiveJobFilter = { ...ANY, workspaceId: '', statuses: null };
  const SIZE = 20;

  it.each([
    ['no filter', {}],
    ['a status', { statuses: ['PENDING' as const] }],
    ['a type', { type: 'type 0' }],
    ['a status of no job', { statuses: ['RUNNING' as const] }],
  ])('reads a few times the size of a part for any number of jobs: %s', async (_, filter) => {
    await session.query('BEGIN');
    try {
      const wanted = { ...ACTIVE, workspaceId: busy, ...filter };
      const scans = scansOf(await planOf(session, stopPartStatement(unlimited, wanted, SIZE)), 'jobs');
      for (const scan of scans) expect(scan.type).toMatch(/^Index (Only )?Scan$|^Bitmap/);
      // To find them, to lock them and to change them; every other PENDING job has the type.
      expect(Math.round(totalRead(scans))).toBeLessThanOrEqual(5 * SIZE + 2 + ROUNDING);
    } finally {
      await session.query('ROLLBACK');
    }
  });
});

describe('cancelling jobs of a workspace outside the scope', () => {
  it('reads no job', async () => {
    const wanted = { ...ANY, workspaceId: busy, statuses: null };
    const scans = scansOf(await planOf(session, stopPartStatement(limited, wanted, 20)), 'jobs');
    expect(totalRead(scans)).toBe(0);
  });
});

describe('list over many workspaces', () => {
  const MANY = 400;
  const EACH = 60;

  beforeAll(async () => {
    await database.api.query(
      `${AS_SYSTEM} INSERT INTO public.workspaces (slug, name) SELECT 'many-' || n, 'x' FROM ctx, generate_series(1, $1::int) AS n`,
      [MANY],
    );
    // Each newer than those of all workspaces before it, and of some a share that every page has to look for.
    await database.owner.query(
      `INSERT INTO public.jobs (id, workspace_id, type, origin, created_by, status, issue_number)
       SELECT public.uuid_v7(clock_timestamp() + (n * 7919 % 1000003) * interval '1 millisecond'), workspace.id,
         'type ' || n % 4, 'API', $1, (CASE n % 2 WHEN 0 THEN 'PENDING' ELSE 'COMPLETED' END)::public.job_status, n % 37
       FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM public.workspaces WHERE slug LIKE 'many-%') AS workspace,
         generate_series(1, $2::int) AS of, LATERAL (SELECT workspace.place * $2::int + of AS n) AS numbered`,
      [coordinator.id, EACH],
    );
    await database.owner.query('ANALYZE public.jobs, public.workspaces');
  });

  it.each<[string, Partial<JobFilter>, number]>([
    ['no filter', {}, 2 * LIMIT + LIMIT * LIMIT],
    ['a status', { statuses: ['PENDING'] }, 2 * LIMIT + LIMIT * LIMIT],
    ['a status and a type of no job', { statuses: ['PENDING'], type: 'deploy' }, 10_000],
    ['a type and an issue', { type: 'type 2', issueNumber: 11 }, 10_000],
  ])('reads the newest job of each workspace, and searches few workspaces: %s', async (_, filter, most) => {
    const read = await readFor(unlimited, filter);
    expect(read).toBeGreaterThan(MANY);
    // Once more what it shows, to measure it and whole.
    expect(read).toBeLessThanOrEqual(MANY + 2 + most + 3 * LIMIT);
  });

  it.each<[string, Partial<JobFilter>, string]>([
    ['no filter', {}, 'true'],
    ['a status', { statuses: ['COMPLETED'] }, `status = 'COMPLETED'`],
    ['a type and an issue', { type: 'type 2', issueNumber: 11 }, `type = 'type 2' AND issue_number = 11`],
    ['three statuses', { statuses: ['COMPLETED', 'RUNNING', 'PENDING'] }, 'true'],
    [
      'two statuses and an issue',
      { statuses: ['COMPLETED', 'FAILED'], issueNumber: 11 },
      `status = 'COMPLETED' AND issue_number = 11`,
    ],
  ])('returns each job once: %s', async (_, filter, fitting) => {
    const workspaces = `workspace_id IN (SELECT id FROM public.workspaces WHERE slug LIKE 'many-%')`;
    const { rows } = await database.api.query<{ id: string }>(
      `SELECT id FROM public.jobs WHERE ${workspaces} AND ${fitting} ORDER BY id DESC`,
    );
    const { rows: ids } = await database.api.query<{ id: string }>(
      `SELECT id FROM public.workspaces WHERE slug LIKE 'many-%'`,
    );
    const caller = await operatorCaller(
      database.api,
      ids.map(({ id }) => id),
    );
    const reads = new JobReadsRepository(database.prisma);
    const walked: string[] = [];
    for (let belowId: string | null = null, end = false; !end; end = belowId === null) {
      const page = await reads.list(caller, { ...ANY, ...filter }, { limit: 200, belowId });
      walked.push(...page.jobs.map(({ id }) => id));
      belowId = page.nextBelowId;
    }
    expect(rows.length).toBeGreaterThan(100);
    expect(walked).toEqual(rows.map(({ id }) => id));
  });
});

it('a list with short pages returns each job once', async () => {
  const filter: JobFilter = { ...ANY, type: 'type 1', statuses: ['COMPLETED'], issueNumber: 17 };
  const fitting = `type = 'type 1' AND status = 'COMPLETED' AND issue_number = 17`;
  const { rows } = await database.api.query<{ id: string }>(
    `SELECT id FROM public.jobs WHERE ${fitting} ORDER BY id DESC`,
  );
  const reads = new JobReadsRepository(database.prisma);
  const walked: string[] = [];
  const lengths: number[] = [];
  for (let belowId: string | null = null, end = false; !end; end = belowId === null) {
    const page = await reads.list(unlimited, filter, { limit: 200, belowId });
    walked.push(...page.jobs.map(({ id }) => id));
    lengths.push(page.jobs.length);
    belowId = page.nextBelowId;
  }
  expect(rows.length).toBeGreaterThan(900);
  expect(walked).toEqual(rows.map(({ id }) => id));
  expect(Math.max(...lengths.slice(0, -1))).toBeLessThan(200);
});

describe('docs/sql', () => {
  let prisma: PrismaService;

  beforeAll(async () => {
    // Without RUNNING jobs, the indexes that count them would cost the same, and the plans would depend on chance.
    for (let n = 0; n < 20; n += 1) {
      const { id } = await coordinatorCaller(database.api, [busy], 'jobs:write');
      await database.owner.query(
        `INSERT INTO public.jobs (workspace_id, type, origin, created_by, status, coordinator_id, attempt)
         SELECT workspace.id, 'type', 'API', $1, 'RUNNING', $1, 1
         FROM (SELECT id FROM public.workspaces ORDER BY id LIMIT 100) AS workspace`,
        [id],
      );
    }
    await database.owner.query('VACUUM ANALYZE public.jobs');
    prisma = PrismaService.over(database.connection, 1);
  });

  afterAll(() => prisma?.onApplicationShutdown());

  it('has the statements of jobs as they are sent, and their plans', async () => {
    const writer = await coordinatorCaller(database.api, [busy], 'jobs:write');
    const jobs = new JobsRepository(prisma, new RunningAttempts());
    const reads = new JobReadsRepository(prisma);
    const claims = new JobClaimsRepository(prisma, new RunningAttempts());
    const outcome = { tokensUsed: null, durationSeconds: null, attempt: null, digest: new Uint8Array(32) };
    const report = { progressPercent: 10, currentStep: 'step', tokensUsed: 1, attempt: null };
    const wanted = {
      workspaceId: busy,
      type: 'type',
      repository: null,
      issueNumber: null,
      priority: 100,
      metadata: {},
      maxAttempts: 3,
      notBefore: null,
      retry: null,
    };
    const idempotency = { route: 'create', key: 'key', requestDigest: new Uint8Array(32) };
    await expectDocumented(prisma, 'job-create', () => jobs.create(writer, wanted, null));
    await expectDocumented(prisma, 'job-create-idempotent', () => jobs.create(writer, wanted, idempotency));
    const { job } = await jobs.create(writer, wanted, null);
    const claim = () => claims.claim(writer, { ...ANYTHING, types: null }, null);
    await expectDocumented(prisma, 'job-claim', claim);
    await expectDocumented(prisma, 'job-claim-next', claim);
    const change = (transition: Transition) => () => jobs.change(writer, job.id, null, transition);
    const run = { agentId: 'agent', agentType: null, leaseSeconds: null, attempt: null };
    await jobs.change(writer, job.id, null, start(run)).catch(() => undefined);
    await expectDocumented(prisma, 'job-progress', change(progress(report)));
    await expectDocumented(prisma, 'job-progress-judged', change(progress(report)));
    await expectDocumented(
      prisma,
      'job-progress-continued',
      change(progress({ ...report, progressPercent: 20, attempt: 1 })),
    );
    await expectDocumented(
      prisma,
      'job-fail-and-requeue',
      change(failAndRequeue({ error: 'x', attempt: 1, afterSeconds: null, digest: outcome.digest })),
    );
    await jobs.change(writer, job.id, null, start(run));
    await expectDocumented(
      prisma,
      'job-fail',
      change(
        fail({
          error: 'x',
          failedStep: null,
          gateResults: null,
          continuationPrompt: null,
          attempt: null,
          digest: outcome.digest,
        }),
      ),
    );
    await expectDocumented(prisma, 'job-retry', change(retry({ attempt: null })));
    await jobs.change(writer, job.id, null, start(run));
    await expectDocumented(prisma, 'job-complete', change(complete({ ...outcome, result: {} })));
    await expectDocumented(prisma, 'job-find', () => reads.find(coordinator, job.id).catch(() => undefined));
    await expectDocumented(prisma, 'job-list', () =>
      reads.list(unlimited, ANY, { limit: LIMIT, belowId: null }),
    );
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import type { Caller } from '../../src/common/access/caller.js';
import { sessionOf } from '../../src/database/connection.js';
import { PrismaService } from '../../src/database/prisma.service.js';
import { claimStatement, takeStatement } from '../../src/jobs/job-claim.statement.js';
import { JobClaimsRepository } from '../../src/jobs/job-claims.repository.js';
import { RunningAttempts } from '../../src/jobs/running-attempts.js';
import {
  AS_SYSTEM,
  type AuditDatabase,
  coordinatorCaller,
  insertWorkspace,
  openAuditDatabase,
} from './audit-fixture.js';
import { type PlanNode, planOf, scansOf, totalRead } from './plan-fixture.js';

/*
 * What a claim reads: 100,000 jobs wait in one workspace, 100,000 of higher priority are held back in the same one, and 400 further
 * workspaces have 20 jobs each.
 */

const JOBS = 100_000;
const MANY = 400;
const EACH = 20;
const ANYTHING = { workspaceIds: null, types: null, agentId: 'agent', agentType: null, leaseSeconds: 60 };

let database: AuditDatabase;
let session: pg.Client;
let prisma: PrismaService;
let claims: JobClaimsRepository;
let busy: string;
let many: string[];
let ofBusy: Caller;
let ofMany: Caller;

beforeAll(async () => {
  database = await openAuditDatabase();
  session = new pg.Client(sessionOf(database.connection));
  await session.connect();
  prisma = PrismaService.over(database.connection);
  claims = new JobClaimsRepository(prisma, new RunningAttempts());
  busy = await insertWorkspace(database.api);
  const { rows } = await database.api.query<{ id: string }>(
    `${AS_SYSTEM} INSERT INTO public.workspaces (slug, name) SELECT 'many-' || n, 'x' FROM ctx, generate_series(1, $1::int) AS n RETURNING id`,
    [MANY],
  );
  many = rows.map(({ id }) => id);
  ofBusy = await coordinatorCaller(database.api, [busy], 'jobs:write');
  ofMany = await coordinatorCaller(database.api, many, 'jobs:write');
  // Only who owns the table may leave its triggers out, which would take most of the time.
  await database.owner.query('ALTER TABLE public.jobs DISABLE TRIGGER USER');
  for (const [workspaces, jobs, held] of [
    [[busy], JOBS, false],
    [[busy], JOBS, true],
    [many, EACH, false],
  ] as const) {
    await database.owner.query(
      `INSERT INTO public.jobs (workspace_id, type, origin, created_by, priority, not_before)
       SELECT workspace.id, 'type ' || n % 4, 'API', $2, CASE WHEN $4::boolean THEN 100 ELSE 50 END, CASE WHEN $4::boolean THEN now() + interval '1 day' END
       FROM unnest($1::uuid[]) AS workspace (id), generate_series(1, $3::int) AS n`,
      [workspaces, ofBusy.id, jobs, held],
    );
  }
  // RUNNING jobs of many coordinators, each with 50
  await database.owner.query(
    `INSERT INTO public.jobs (workspace_id, type, origin, created_by, status, attempt, coordinator_id)
     SELECT $1, 'run', 'API', $2, 'RUNNING', 1, runner.id FROM generate_series(1, 50), LATERAL (
       SELECT CASE n WHEN 0 THEN $3::uuid ELSE public.uuid_v7() END AS id FROM generate_series(0, 39) AS n) AS runner`,
    [many[0], ofBusy.id, ofMany.id],
  );
  await database.owner.query(
    'ANALYZE public.jobs, public.workspaces, public.coordinator_workspaces, public.coordinators',
  );
});

afterAll(async () => {
  await session?.end();
  await prisma?.onApplicationShutdown();
  await database?.close();
});

/** The plan of a claim that leaves the jobs as they are. */
async function planOfClaim(
  caller: Caller,
  types: string[] | null = null,
  after: string | null = null,
  statementOf: typeof claimStatement | typeof takeStatement = claimStatement,
): Promise<PlanNode[]> {
  await session.query('BEGIN');
  try {
    return await planOf(
      session,
      statementOf({ caller, wanted: { ...ANYTHING, types }, after, idempotency: null, firstOfEach: 64 }),
    );
  } finally {
    await session.query('ROLLBACK');
  }
}

/** Of the first of many workspaces, which has 2,000 RUNNING jobs. */
async function limitFirst(maxRunning: number | null): Promise<void> {
  await database.api.query(
    `${AS_SYSTEM} UPDATE public.workspaces SET max_running = $2 FROM ctx WHERE id = $1`,
    [many[0], maxRunning],
  );
}

const TYPES = [
  ['any type', null],
  ['several types', ['type 0', 'deploy', 'type 2']],
  ['a type of no job', ['deploy']],
] as const;

describe('claim', () => {
  it.each(TYPES)('reads only the first jobs that wait, however many are held back: %s', async (_, types) => {
    const scans = scansOf(await planOfClaim(ofBusy, types && [...types]), 'jobs');
    for (const scan of scans) expect(scan.type).toMatch(/^Index (Only )?Scan$/);
    // Of each of two types 64, and what is taken.
    expect(totalRead(scans)).toBeLessThanOrEqual(2 * 64 + 3);
  });

  it.each(TYPES)('reads only these in its short statement, too: %s', async (_, types) => {
    const scans = scansOf(await planOfClaim(ofBusy, types && [...types], busy, takeStatement), 'jobs');
    for (const scan of scans) expect(scan.type).toMatch(/^Index (Only )?Scan$/);
    expect(totalRead(scans)).toBeLessThanOrEqual(2 * 64 + 3);
  });

  it.each([[['deploy']], [['deploy', 'test', 'lint', 'build']]])(
    'searches 16 ranges at most in its short statement, of however many workspaces: %j',
    async (types) => {
      const plan = await planOfClaim(ofMany, types, many[7] ?? null, takeStatement);
      expect(totalRead(scansOf(plan, 'jobs'))).toBe(0);
      const searches = plan.filter((it) => it['Index Name'] === 'jobs_claimable_type_idx');
      expect(searches.map((it) => it['Actual Loops'])).toEqual([16]);
    },
  );

  it('reads the jobs of one workspace in its short statement, and passes over one that is full', async () => {
    const after = many.at(-1) ?? null;
    await limitFirst(10);
    const plan = await planOfClaim(ofMany, null, after, takeStatement);
    await limitFirst(null);
    const changed = plan.find((it) => it['Node Type'] === 'ModifyTable');
    const locked = plan.find((it) => it['Node Type'] === 'LockRows');
    expect([changed?.['Actual Rows'], locked?.['Actual Loops']]).toEqual([1, 1]);
    const taken = scansOf(await planOfClaim(ofMany, null, after, takeStatement), 'jobs');
    for (const scan of taken) expect(scan.type).toMatch(/^Index (Only )?Scan$/);
    expect(totalRead(taken)).toBeLessThanOrEqual(3);
  });

  it('takes no job of a workspace with a limit in its short statement, which does not lock the limit', async () => {
    await limitFirst(1_000_000);
    const plan = await planOfClaim(ofMany, null, many.at(-1) ?? null, takeStatement);
    await limitFirst(null);
    expect(plan.find((it) => it['Node Type'] === 'ModifyTable')?.['Actual Rows']).toBe(0);
  });

  it('reads the jobs of one workspace, of however many', async () => {
    for (const after of [null, many[7] ?? null, many.at(-1) ?? null]) {
      const scans = scansOf(await planOfClaim(ofMany, null, after), 'jobs');
      for (const scan of scans) expect(scan.type).toMatch(/^Index (Only )?Scan$/);
      expect(totalRead(scans)).toBeLessThanOrEqual(3);
    }
  });

  it('searches each workspace once if there is no job', async () => {
    const plan = await planOfClaim(ofMany, ['deploy']);
    expect(totalRead(scansOf(plan, 'jobs'))).toBe(0);
    const scans = scansOf(plan, 'workspaces');
    for (const scan of scans) expect(scan.type).toMatch(/^Index (Only )?Scan$/);
    expect(totalRead(scans)).toBeLessThanOrEqual(2 * MANY);
  });

  it('under limits counts only the RUNNING jobs of the coordinator and of the workspaces', async () => {
    await database.api.query(
      `${AS_SYSTEM} UPDATE public.coordinators SET max_running = 1000 FROM ctx WHERE id = $1`,
      [ofMany.id],
    );
    await database.api.query(
      `${AS_SYSTEM} UPDATE public.workspaces SET max_running = 10 FROM ctx WHERE id = ANY ($1)`,
      [many.slice(1)],
    );
    const scans = scansOf(await planOfClaim(ofMany), 'jobs');
    for (const scan of scans) expect(scan.type).toMatch(/^Index (Only )?Scan$/);
    expect(totalRead(scans)).toBeLessThanOrEqual(2 * 50 + 3);
    await database.api.query(
      `${AS_SYSTEM} UPDATE public.workspaces SET max_running = NULL FROM ctx WHERE true`,
    );
  });

  it.each([100, 2_000])('takes the first job that is free, behind %i that are locked', async (locked) => {
    const { rows } = await database.owner.query<{ id: string }>(
      `SELECT id FROM public.jobs WHERE workspace_id = $1 AND status = 'PENDING' AND not_before IS NULL
       ORDER BY priority DESC, id LIMIT $2::int + 1`,
      [busy, locked],
    );
    const ids = rows.map(({ id }) => id);
    const holder = await database.owner.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('SELECT FROM public.jobs WHERE id = ANY ($1) FOR UPDATE', [ids.slice(0, locked)]);
      expect((await claims.claim(ofBusy, ANYTHING, null))?.job.id).toBe(ids[locked]);
    } finally {
      holder.release(true);
    }
  });

  it('of many workspaces has a session of its own, also after a repeat, which searches none', async () => {
    const shared = jest.spyOn(prisma, 'rowsShared');
    const idempotency = { route: 'claim', key: randomUUID(), requestDigest: Buffer.alloc(32) };
    for (const given of [null, idempotency, idempotency, null, null]) {
      expect(await claims.claim(ofMany, ANYTHING, given)).not.toBeNull();
    }
    expect(shared).not.toHaveBeenCalled();
    shared.mockRestore();
  });

  it('counts no job without a limit', async () => {
    const plan = await planOfClaim(ofBusy);
    const counts = plan.filter((it) => it['Node Type'] === 'Aggregate' && it['Actual Loops'] > 0);
    expect(counts.filter((it) => JSON.stringify(it).includes('"Relation Name":"jobs"'))).toEqual([]);
  });
});

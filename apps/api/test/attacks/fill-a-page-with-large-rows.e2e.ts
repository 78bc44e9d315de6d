import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { PAGE_BYTES } from '../../src/database/page-bytes.js';
import type { Job } from '../../src/jobs/job.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { testSession } from '../support/database.js';
import {
  call,
  createJob,
  registerCoordinator,
  succeed,
  type TestCoordinator,
  writeAsSystem,
} from '../support/registry.js';

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp();
});

afterAll(() => test?.close());

interface Walk {
  items: { id?: string; attempt?: number }[];
  /** the bytes of each page */
  pages: number[];
}

/** All pages of a list. */
async function walk(path: string, limit: number, key = test.adminKey): Promise<Walk> {
  const walked: Walk = { items: [], pages: [] };
  for (let cursor: string | null = ''; cursor !== null; ) {
    const place: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const answer = await call(test, 'get', `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${place}`, {
      key,
    });
    const page: { items: Walk['items']; nextCursor: string | null } = succeed(answer);
    walked.items.push(...page.items);
    walked.pages.push(Buffer.byteLength(answer.text));
    cursor = page.nextCursor;
  }
  return walked;
}

/** What a page has beside what its rows had as JSON in Postgres: names of members, and derived ones. */
const BESIDE_ROWS = 50_000;

function expectBounded({ pages }: Walk, largestRow: number): void {
  expect(pages.length).toBeGreaterThan(1);
  expect(Math.max(...pages)).toBeLessThanOrEqual(PAGE_BYTES + largestRow + BESIDE_ROWS);
}

const LARGE = 'x'.repeat(260_000);

describe('lists of jobs with large fields', () => {
  let coordinator: TestCoordinator;
  const made: string[] = [];

  beforeAll(async () => {
    coordinator = await registerCoordinator(test);
    for (let n = 0; n < 12; n++) {
      made.unshift((await createJob(test, coordinator, { metadata: { LARGE } })).id);
    }
  });

  it.each(['', '?status=PENDING', '?status=PENDING&type=build'])(
    'end each page at about 1 MiB, and return each job once: /coordinator/jobs%s',
    async (query) => {
      const walked = await walk(`/coordinator/jobs${query}`, 100, coordinator.apiKey);
      expectBounded(walked, LARGE.length);
      expect(walked.items.map((it) => it.id)).toEqual(made);
    },
  );

  it('end each page at about 1 MiB, and return each job once: /jobs', async () => {
    const walked = await walk('/jobs', 100);
    expectBounded(walked, LARGE.length);
    expect(walked.items.map((it) => it.id)).toEqual(made);
  });

  it('return at least one job per page', async () => {
    const { items, pages } = await walk('/coordinator/jobs', 1, coordinator.apiKey);
    expect([items.length, pages.length]).toEqual([12, 12]);
  });

  it('count text as sent: 6 bytes for a control character', async () => {
    const text = '\u0001'.repeat(60_000);
    const other = await registerCoordinator(test);
    for (let n = 0; n < 6; n++) {
      const { id } = await createJob(test, other, { maxAttempts: 1 });
      await start(other, id);
      await fail(other, id, { error: text, continuationPrompt: text });
    }
    expectBounded(await walk('/coordinator/jobs', 100, other.apiKey), 12 * text.length);
  });
});

async function start({ apiKey }: TestCoordinator, id: string): Promise<void> {
  const body = { status: 'RUNNING', agentId: 'agent-1' };
  succeed(await call(test, 'patch', `/coordinator/jobs/${id}/status`, { key: apiKey, body }));
}

async function fail({ apiKey }: TestCoordinator, id: string, body: object): Promise<Job> {
  return succeed(await call(test, 'post', `/coordinator/jobs/${id}/fail`, { key: apiKey, body }));
}

describe('attempts of a job', () => {
  it('come in pages of about 1 MiB, each attempt once, the current one last', async () => {
    const coordinator = await registerCoordinator(test);
    const { id } = await createJob(test, coordinator, { maxAttempts: 9 });
    for (let attempt = 1; attempt < 9; attempt++) {
      await start(coordinator, id);
      await fail(coordinator, id, { error: 'error', gateResults: { LARGE } });
      const retry = await call(test, 'post', `/coordinator/jobs/${id}/retry`, { key: coordinator.apiKey });
      succeed(retry);
    }
    await start(coordinator, id);
    for (const [path, key] of [
      [`/coordinator/jobs/${id}/attempts`, coordinator.apiKey],
      [`/jobs/${id}/attempts`, test.adminKey],
    ] as const) {
      const walked = await walk(path, 50, key);
      expectBounded(walked, LARGE.length);
      expect(walked.items.map((it) => it.attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect((await walk(path, 2, key)).items).toEqual(walked.items);
    }
    const foreign = await call(test, 'get', `/jobs/${id}/attempts?cursor=c2VxOjE`, { key: test.adminKey });
    expect([foreign.status, foreign.body.code]).toEqual([400, 'invalid-request']);
  });
});

describe('lists of the registry', () => {
  const many = Array.from({ length: 1_000 }, () => randomUUID());

  it('end each page at about 1 MiB for workspaces with 1,000 repositories', async () => {
    const name = 'r'.repeat(90);
    await writeAsSystem(
      test,
      `, made AS (
         INSERT INTO public.workspaces (slug, name) SELECT 'large-' || n, 'large' FROM ctx, generate_series(1, 30) AS n
         WHERE ctx.ready RETURNING id, slug)
       INSERT INTO public.workspace_repositories (repository, workspace_id)
       SELECT slug || '/' || $1 || n, id FROM made, generate_series(1, 1000) AS n`,
      [name],
    );
    const walked = await walk('/admin/workspaces', 100);
    expectBounded(walked, 1_000 * 110);
    expect(new Set(walked.items.map((it) => it.id)).size).toBe(walked.items.length);
    const { rows } = await test.database.owner.query('SELECT FROM public.workspaces');
    expect(walked.items).toHaveLength(rows.length);
  });

  it('end each page at about 1 MiB for coordinators and operators with 1,000 workspaces', async () => {
    await writeAsSystem(
      test,
      `INSERT INTO public.workspaces (id, slug, name) SELECT id, 'one-' || id, 'one' FROM ctx, unnest($1::uuid[]) AS id
       WHERE ctx.ready`,
      [many],
    );
    await writeAsSystem(
      test,
      `, made AS (
         INSERT INTO public.coordinators (name, permissions, rate_limit_per_minute)
         SELECT 'large ' || n, '{jobs:read}', 100 FROM ctx, generate_series(1, 60) AS n WHERE ctx.ready RETURNING id)
       INSERT INTO public.coordinator_workspaces (coordinator_id, workspace_id)
       SELECT made.id, given.id FROM made, unnest($1::uuid[]) AS given (id)`,
      [many],
    );
    await writeAsSystem(
      test,
      `INSERT INTO public.operators (name, role, workspace_ids, key_id, kid, secret_hash)
       SELECT 'large ' || n, 'OPERATOR', $1::uuid[], public.uuid_v7(), 'kid ' || n, 'a hash'
       FROM ctx, generate_series(1, 60) AS n WHERE ctx.ready`,
      [many],
    );
    for (const [path, table] of [
      ['/admin/coordinators', 'coordinators'],
      ['/admin/operators', 'operators'],
    ]) {
      const walked = await walk(`${path}`, 100);
      expectBounded(walked, 1_000 * 40);
      expect(new Set(walked.items.map((it) => it.id)).size).toBe(walked.items.length);
      const { rows } = await test.database.owner.query(`SELECT FROM public.${table}`);
      expect(walked.items).toHaveLength(rows.length);
    }
  });
});

it('GET /audit-log ends each page at about 1 MiB, and returns each record once', async () => {
  const workspaceId = randomUUID();
  const superuser = new pg.Client(testSession(test.database.superuserUrl));
  await superuser.connect();
  await superuser.query(
    `INSERT INTO public.audit_log (id, occurred_at, actor_type, actor_name, action, outcome, workspace_id, changes)
     SELECT public.uuid_v7(made.at), date_trunc('milliseconds', made.at), 'SYSTEM', 'test', 'job.completed', 'SUCCESS', $1,
       jsonb_build_object('result', jsonb_build_object('from', NULL, 'to', repeat('x', 100000)))
     FROM generate_series(1, 40) AS n, LATERAL (SELECT now() - n * interval '1 millisecond' AS at) AS made`,
    [workspaceId],
  );
  await superuser.end();
  for (const filter of ['', '&outcome=SUCCESS', '&requestId=none']) {
    const walked = await walk(`/audit-log?workspaceId=${workspaceId}${filter}`, 200);
    if (filter === '&requestId=none') expect(walked.items).toEqual([]);
    else {
      expectBounded(walked, 100_000);
      expect(new Set(walked.items.map((it) => it.id)).size).toBe(40);
      expect(walked.items).toHaveLength(40);
    }
  }
});

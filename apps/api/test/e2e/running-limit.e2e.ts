import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Response } from 'supertest';
import supertest from 'supertest';
import type { Job } from '../../src/jobs/job.js';
import { LeaseSweeper } from '../../src/jobs/lease-sweeper.js';
import { startServer, startTestApp, type TestApp } from '../support/app.js';
import { audited, membersAtFault } from '../support/audited.js';
import { testSession } from '../support/database.js';
import {
  admin,
  call,
  createJob,
  jobRow,
  listen,
  registerCoordinator,
  registerWorkspace,
  startJob,
  succeed,
  type TestCoordinator,
} from '../support/registry.js';
import { eventually } from '../support/server-process.js';

/*
 * `maxRunning` of a workspace and of a coordinator: how many jobs may be RUNNING at the same time. Two servers share the database.
 */

let test: TestApp;
let other: TestApp;

beforeAll(async () => {
  test = await startTestApp();
  const app = await startServer(test.database.apiUrl);
  other = { ...test, app, http: () => supertest(app.getHttpServer()) };
  await Promise.all([listen(test), listen(other)]);
});

afterAll(async () => {
  await other?.app.close();
  await test?.close();
});

const CLAIMERS = 60;
const serverOf = (claimer: number) => (claimer % 2 === 0 ? test : other);

function claim({ apiKey }: TestCoordinator, server = test): Promise<Response> {
  return call(server, 'post', '/coordinator/jobs/claim', { key: apiKey, body: { agentId: 'agent-1' } });
}

function start({ apiKey }: TestCoordinator, id: string, agentId: string, server = test): Promise<Response> {
  return call(server, 'patch', `/coordinator/jobs/${id}/status`, {
    key: apiKey,
    body: { status: 'RUNNING', agentId },
  });
}

function end(
  { apiKey }: TestCoordinator,
  { id, attempt }: Job,
  how: string,
  body: object = {},
): Promise<Response> {
  return call(test, 'post', `/coordinator/jobs/${id}/${how}`, { key: apiKey, body: { attempt, ...body } });
}

async function limited(workspace: number | undefined, coordinator?: number): Promise<TestCoordinator> {
  const { id } = await registerWorkspace(test, workspace === undefined ? {} : { maxRunning: workspace });
  return registerCoordinator(test, {
    workspaceIds: [id],
    ...(coordinator !== undefined && { maxRunning: coordinator }),
  });
}

async function jobsOf(coordinator: TestCoordinator, count: number): Promise<string[]> {
  const jobs = Array.from({ length: count }, () => createJob(test, coordinator));
  return (await Promise.all(jobs)).map(({ id }) => id);
}

/** The most attempts that ran at the same time, from the times that Postgres wrote. */
async function mostAtOnce(column: 'workspace_id' | 'coordinator_id', id: string): Promise<number> {
  const { rows } = await test.database.owner.query<{ most: number }>(
    `WITH steps AS (
       SELECT ended.started_at AS at, 1 AS step FROM public.job_attempts AS ended JOIN public.jobs AS job ON job.id = ended.job_id
         WHERE ${column === 'workspace_id' ? 'job' : 'ended'}.${column} = $1
       UNION ALL
       SELECT ended.ended_at, -1 FROM public.job_attempts AS ended JOIN public.jobs AS job ON job.id = ended.job_id
         WHERE ${column === 'workspace_id' ? 'job' : 'ended'}.${column} = $1)
     SELECT max(running)::int AS most FROM (SELECT sum(step) OVER (ORDER BY at, step ROWS UNBOUNDED PRECEDING) AS running FROM steps) AS counted`,
    [id],
  );
  return rows[0]?.most ?? 0;
}

describe('60 claimers on two servers', () => {
  it.each([
    ['workspace', 5, undefined],
    ['coordinator', undefined, 5],
  ])('at once get as many jobs as the %s may run', async (_, workspace, own) => {
    const coordinator = await limited(workspace, own);
    await jobsOf(coordinator, 70);
    const claims = Array.from({ length: CLAIMERS }, (_, at) => claim(coordinator, serverOf(at)));
    const statuses = (await Promise.all(claims)).map(({ status }) => status);
    expect(statuses.filter((it) => it === 200)).toHaveLength(5);
    expect(statuses.filter((it) => it === 204)).toHaveLength(CLAIMERS - 5);
  });

  it('never exceed a limit while jobs end in every way, and no place is lost', async () => {
    const [small, large] = [await registerWorkspace(test, { maxRunning: 5 }), await registerWorkspace(test)];
    const coordinator = await registerCoordinator(test, {
      workspaceIds: [small.id, large.id],
      maxRunning: 8,
    });
    const jobs = (await jobsOf(coordinator, 60)).concat(
      await jobsOf({ ...coordinator, workspaceIds: [large.id] }, 60),
    );
    let left = jobs.length;
    const ENDS = [
      (job: Job) => end(coordinator, job, 'complete'),
      (job: Job) => end(coordinator, job, 'fail', { error: 'x', final: true }),
      (job: Job) =>
        call(test, 'post', `/jobs/${job.id}/cancel`, { key: test.adminKey, body: { reason: 'x' } }),
      async (job: Job) => {
        await test.database.owner.query(
          `UPDATE public.jobs SET lease_expires_at = now() - interval '1 s' WHERE id = $1`,
          [job.id],
        );
        await test.app.get(LeaseSweeper).sweep();
        return null;
      },
    ];
    const claimer = async (at: number) => {
      for (let turn = at; left > 0; turn += 1) {
        const { status, body } = await claim(coordinator, serverOf(turn));
        if (status === 204) await setTimeout(20);
        else if ((await ENDS[turn % ENDS.length]?.(body)) !== null) left -= 1;
        else if (body.attempt === 3) left -= 1;
      }
    };
    await Promise.all(Array.from({ length: CLAIMERS }, (_, at) => claimer(at)));
    expect(await mostAtOnce('workspace_id', small.id)).toBeLessThanOrEqual(5);
    expect(await mostAtOnce('coordinator_id', coordinator.id)).toBeLessThanOrEqual(8);
    const ended = await Promise.all(jobs.map((id) => jobRow(test, id)));
    expect(ended.filter(({ status }) => status === 'PENDING' || status === 'RUNNING')).toEqual([]);
  });
});

describe('starts that have counted, and wait to commit', () => {
  it.each([
    ['claims', 'workspace', 1, undefined],
    ['claims', 'coordinator', undefined, 1],
    ['starts by id', 'workspace', 1, undefined],
    ['starts by id', 'coordinator', undefined, 1],
  ])('%s get one job under a limit of one: of the %s', async (how, _, workspace, own) => {
    const coordinator = await limited(workspace, own);
    const jobs = await jobsOf(coordinator, 8);
    const superuser = new pg.Client(testSession(test.database.superuserUrl));
    await superuser.connect();
    try {
      // Each start writes its record last.
      await superuser.query('BEGIN');
      await superuser.query('LOCK TABLE public.audit_log IN SHARE MODE');
      const answers = jobs.map((id, at) =>
        how === 'claims'
          ? claim(coordinator, serverOf(at))
          : start(coordinator, id, `agent-${at}`, serverOf(at)),
      );
      await eventually(async () => {
        // Only the API's own login sees what its sessions wait for.
        const { rows } = await test.database.api.query(
          `SELECT FROM pg_catalog.pg_stat_activity WHERE datname = pg_catalog.current_database() AND wait_event_type = 'Lock'`,
        );
        return rows.length === jobs.length;
      }, 'each start waits for a lock');
      await superuser.query('ROLLBACK');
      const statuses = (await Promise.all(answers)).map(({ status }) => status);
      expect(statuses.filter((it) => it === 200)).toHaveLength(1);
      expect(statuses.filter((it) => it === (how === 'claims' ? 204 : 409))).toHaveLength(7);
    } finally {
      await superuser.end();
    }
  });
});

describe('PATCH …/status with RUNNING', () => {
  it.each([
    ['workspace', 5, undefined],
    ['coordinator', undefined, 5],
  ])('starts as many jobs at once as the %s may run', async (limitOf, workspace, own) => {
    const coordinator = await limited(workspace, own);
    const jobs = await jobsOf(coordinator, CLAIMERS);
    const starts = jobs.map((id, at) => start(coordinator, id, `agent-${at}`, serverOf(at)));
    const answers = await Promise.all(starts);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(CLAIMERS - 5);
    for (const { body } of refused) {
      expect(body).toMatchObject({
        status: 409,
        code: 'running-limit-reached',
        limitOf,
        currentStatus: 'PENDING',
        attempt: 0,
        rev: 1,
        allowed: ['claim', 'start', 'fail', 'cancel'],
      });
    }
  });

  it('a repeat of a start answers 200 at the limit, and a refused start changes nothing', async () => {
    const coordinator = await limited(1, 1);
    const running = await startJob(test, coordinator);
    expect((await start(coordinator, running.id, 'agent-1')).status).toBe(200);
    const { id } = await createJob(test, coordinator);
    const row = await jobRow(test, id);
    expect((await start(coordinator, id, 'agent-2')).body).toMatchObject({
      status: 409,
      limitOf: 'coordinator',
    });
    expect(await jobRow(test, id)).toEqual(row);
    // If another rule refuses the start, the answer gives that rule.
    expect((await start(coordinator, running.id, 'agent-2')).body.code).toBe('illegal-transition');
  });
});

describe('a place under the limit', () => {
  it.each([
    ['a complete', (by: TestCoordinator, job: Job) => end(by, job, 'complete')],
    ['a fail', (by: TestCoordinator, job: Job) => end(by, job, 'fail', { error: 'x' })],
    [
      'a fail that asks for a retry',
      (by: TestCoordinator, job: Job) => end(by, job, 'fail', { error: 'x', retry: { afterSeconds: 60 } }),
    ],
    [
      'a stop by an operator',
      (_: TestCoordinator, { id }: Job) =>
        call(test, 'post', `/jobs/${id}/cancel`, { key: test.adminKey, body: { reason: 'x' } }),
    ],
    [
      'a stop of many',
      (_: TestCoordinator, { workspaceId }: Job) =>
        call(test, 'post', '/jobs/cancel', {
          key: test.adminKey,
          body: { workspaceId, status: 'RUNNING', reason: 'x' },
        }),
    ],
  ])('is free once this has answered: %s', async (_, free) => {
    const coordinator = await limited(1, 1);
    await jobsOf(coordinator, 2);
    const { body } = await claim(coordinator);
    expect((await claim(coordinator)).status).toBe(204);
    succeed(await free(coordinator, body));
    expect((await claim(coordinator)).status).toBe(200);
    expect((await claim(coordinator)).status).toBe(204);
  });

  it('is free once a lease has expired', async () => {
    const coordinator = await limited(1, 1);
    await jobsOf(coordinator, 2);
    const { body } = await claim(coordinator);
    await test.database.owner.query(
      `UPDATE public.jobs SET lease_expires_at = now() - interval '1 s' WHERE id = $1`,
      [body.id],
    );
    await test.app.get(LeaseSweeper).sweep();
    expect((await claim(coordinator)).status).toBe(200);
    expect((await claim(coordinator)).status).toBe(204);
  });
});

describe('maxRunning', () => {
  it('of a workspace that is full leaves the jobs of others to a claim, and the coordinators of others alone', async () => {
    const [full, free] = [await registerWorkspace(test, { maxRunning: 1 }), await registerWorkspace(test)];
    const coordinator = await registerCoordinator(test, { workspaceIds: [full.id, free.id] });
    const inFree = { ...coordinator, workspaceIds: [free.id] };
    await startJob(test, coordinator);
    await jobsOf(coordinator, 40);
    const jobs = (await jobsOf(inFree, 3)).sort();
    // After the first one it would be the turn of the full workspace.
    for (const job of jobs) expect((await claim(coordinator)).body.id).toBe(job);
    expect((await claim(coordinator)).status).toBe(204);
    const neighbour = await registerCoordinator(test, { workspaceIds: [full.id], maxRunning: 5 });
    expect((await claim(neighbour)).status).toBe(204);
  });

  it('holds from the answer on, also below what runs, until it is removed', async () => {
    const coordinator = await limited(undefined);
    const path = `/admin/workspaces/${coordinator.workspaceIds[0]}`;
    const [first] = await jobsOf(coordinator, 5);
    await claim(coordinator);
    await claim(coordinator);
    expect(await admin(test, 'patch', path, { maxRunning: 1 })).toMatchObject({ maxRunning: 1 });
    expect((await claim(coordinator)).status).toBe(204);
    succeed(await call(test, 'post', `/jobs/${first}/cancel`, { key: test.adminKey, body: { reason: 'x' } }));
    expect((await claim(coordinator)).status).toBe(204);
    expect(await admin(test, 'patch', path, { maxRunning: null })).toMatchObject({ maxRunning: null });
    expect((await claim(coordinator)).status).toBe(200);
  });

  it.each(['workspaces', 'coordinators'])('is recorded when it changes: %s', async (kind) => {
    const coordinator = await limited(undefined);
    const path = `/admin/${kind}/${kind === 'workspaces' ? coordinator.workspaceIds[0] : coordinator.id}`;
    const records = [];
    for (const maxRunning of [7, 7, null]) {
      records.push(
        (await audited(test, 'patch', path, { body: { maxRunning } })).records.map((it) => it.changes),
      );
    }
    expect(records).toEqual([
      [{ maxRunning: { from: null, to: 7 } }],
      [],
      [{ maxRunning: { from: 7, to: null } }],
    ]);
    expect(await admin(test, 'get', path)).toMatchObject({ maxRunning: null });
  });

  it.each([0, -1, 1.5, 100_001, '5', true, []])('is refused as %j', async (maxRunning) => {
    const coordinator = await limited(undefined);
    const requests = [
      ['post', '/admin/workspaces', { slug: 'refused', name: 'refused' }],
      ['patch', `/admin/workspaces/${coordinator.workspaceIds[0]}`, {}],
      ['post', '/admin/coordinators', { name: 'refused', workspaceIds: [] }],
      ['patch', `/admin/coordinators/${coordinator.id}`, {}],
    ] as const;
    for (const [method, path, body] of requests) {
      const answer = await call(test, method, path, { key: test.adminKey, body: { ...body, maxRunning } });
      expect(membersAtFault(answer)).toEqual(['maxRunning']);
    }
  });
});

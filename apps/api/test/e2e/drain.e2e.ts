import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import type { Response } from 'supertest';
import { startTestApp, type TestApp } from '../support/app.js';
import { holdTime, startTime } from '../support/clock.js';
import {
  admin,
  call,
  createJob,
  jobRow,
  listen,
  registerCoordinator,
  registerOperator,
  registerWorkspace,
  type TestCoordinator,
} from '../support/registry.js';

/*
 * A statement that waits for a job's row has its snapshot, and with it the earlier rights. So a request that takes a right away is
 * answered only when the last such statement has ended: nothing commits after that answer.
 */

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterEach(async () => {
  startTime();
  await Promise.all(held.splice(0).map((release) => release()));
});

afterAll(() => test?.close());

/** what ends the transactions that hold rows */
const held: (() => Promise<void>)[] = [];
const WRITERS = 16;
const ROWS = 4;

interface Siege {
  coordinator: TestCoordinator;
  /** the jobs whose rows are held */
  jobs: string[];
  /** in the order of the requests: what each was answered */
  answers: Promise<Response>[];
  /** lets go of the rows */
  release(): Promise<void>;
}

/**
 * Writers, each waiting in Postgres for one of four job rows that somebody else holds.
 *
 * @param writers how many send
 * @param waiting how many of them Postgres has got; the others wait for a session
 */
async function besiege(writers = WRITERS, waiting = writers): Promise<Siege> {
  const coordinator = await registerCoordinator(test);
  const jobs: string[] = [];
  for (let at = 0; at < ROWS; at += 1) jobs.push((await createJob(test, coordinator)).id);
  const release = await hold('SELECT FROM public.jobs WHERE id = ANY ($1) FOR UPDATE', jobs);
  const answers = Array.from({ length: writers }, (_, at) =>
    call(test, 'patch', `/coordinator/jobs/${jobs[at % ROWS]}/status`, {
      key: coordinator.apiKey,
      body: { status: 'RUNNING', agentId: `agent-${at}` },
    }),
  );
  await waitingForLocks(waiting);
  return { coordinator, jobs, answers, release };
}

/** Holds rows in a transaction of the owner's. @returns what ends it */
async function hold(statement: string, ids: string[]): Promise<() => Promise<void>> {
  const client: pg.PoolClient = await test.database.owner.connect();
  await client.query('BEGIN');
  await client.query(statement, [ids]);
  let ended: Promise<void> | undefined;
  const release = () => {
    ended ??= client.query('COMMIT').then(() => client.release());
    return ended;
  };
  held.push(release);
  return release;
}

async function waitingForLocks(count: number): Promise<void> {
  await eventually(async () => {
    // Only the API's own login sees what its sessions wait for.
    const { rows } = await test.database.api.query<{ waiting: number }>(
      `SELECT pg_catalog.count(*)::int AS waiting FROM pg_catalog.pg_stat_activity
       WHERE datname = pg_catalog.current_database() AND wait_event_type = 'Lock'`,
    );
    return rows[0]?.waiting === count;
  });
}

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`this did not become true within a minute: ${holds}`);
    await sleep(5);
  }
}

/** Whether the promise has settled by now. */
function watched<T>(promise: Promise<T>): { settled(): boolean; promise: Promise<T> } {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  promise.then(settle, settle);
  return { settled: () => settled, promise };
}

async function rowsOf(ids: string[]): Promise<unknown[]> {
  return await Promise.all(ids.map((id) => jobRow(test, id)));
}

interface Withdrawal {
  what: string;
  /** status of what a request without the right is answered */
  refused: number;
  take({ coordinator }: Siege): Promise<unknown>;
  /** the change is committed, and so in force for new requests */
  committed({ coordinator }: Siege): Promise<boolean>;
}

async function exists(statement: string, id: string): Promise<boolean> {
  return ((await test.database.owner.query(statement, [id])).rowCount ?? 0) > 0;
}

const WITHDRAWALS: Withdrawal[] = [
  {
    what: 'a key is revoked',
    refused: 401,
    take: ({ coordinator }) =>
      admin(test, 'delete', `/admin/coordinators/${coordinator.id}/keys/${coordinator.key.id}`),
    committed: ({ coordinator }) =>
      exists(
        'SELECT FROM public.coordinator_keys WHERE id = $1 AND revoked_at IS NOT NULL',
        coordinator.key.id,
      ),
  },
  {
    what: 'a key is revoked with POST /keys/revoke',
    refused: 401,
    take: ({ coordinator }) => call(test, 'post', '/keys/revoke', { body: { key: coordinator.apiKey } }),
    committed: ({ coordinator }) =>
      exists(
        'SELECT FROM public.coordinator_keys WHERE id = $1 AND revoked_at IS NOT NULL',
        coordinator.key.id,
      ),
  },
  {
    what: 'a key is rotated without an overlap',
    refused: 401,
    take: ({ coordinator }) =>
      admin(test, 'post', `/admin/coordinators/${coordinator.id}/keys/${coordinator.key.id}/rotate`, {
        overlapSeconds: 0,
      }),
    committed: ({ coordinator }) =>
      exists(
        'SELECT FROM public.coordinator_keys WHERE id = $1 AND rotated_at IS NOT NULL',
        coordinator.key.id,
      ),
  },
  {
    what: 'a coordinator is suspended',
    refused: 403,
    take: ({ coordinator }) =>
      admin(test, 'patch', `/admin/coordinators/${coordinator.id}`, { status: 'SUSPENDED' }),
    committed: ({ coordinator }) =>
      exists(`SELECT FROM public.coordinators WHERE id = $1 AND status = 'SUSPENDED'`, coordinator.id),
  },
  {
    what: 'a coordinator is deleted',
    refused: 401,
    take: ({ coordinator }) => admin(test, 'delete', `/admin/coordinators/${coordinator.id}`),
    committed: ({ coordinator }) =>
      exists(`SELECT FROM public.coordinators WHERE id = $1 AND status = 'DELETED'`, coordinator.id),
  },
  {
    what: 'a workspace is removed',
    refused: 404,
    take: ({ coordinator }) =>
      admin(test, 'patch', `/admin/coordinators/${coordinator.id}`, { workspaceIds: [] }),
    committed: async ({ coordinator }) =>
      !(await exists('SELECT FROM public.coordinator_workspaces WHERE coordinator_id = $1', coordinator.id)),
  },
  {
    what: 'a permission is removed',
    refused: 403,
    take: ({ coordinator }) =>
      admin(test, 'patch', `/admin/coordinators/${coordinator.id}`, { permissions: ['jobs:read'] }),
    committed: ({ coordinator }) =>
      exists(`SELECT FROM public.coordinators WHERE id = $1 AND permissions = '{jobs:read}'`, coordinator.id),
  },
  {
    what: 'a coordinator gets a limit of RUNNING jobs',
    refused: 409,
    take: ({ coordinator }) =>
      admin(test, 'patch', `/admin/coordinators/${coordinator.id}`, { maxRunning: 1 }),
    committed: ({ coordinator }) =>
      exists('SELECT FROM public.coordinators WHERE id = $1 AND max_running = 1', coordinator.id),
  },
  {
    what: 'a workspace gets a limit of RUNNING jobs',
    refused: 409,
    take: ({ coordinator }) =>
      admin(test, 'patch', `/admin/workspaces/${coordinator.workspaceIds[0]}`, { maxRunning: 1 }),
    committed: ({ coordinator }) =>
      exists(
        'SELECT FROM public.workspaces WHERE id = $1 AND max_running = 1',
        coordinator.workspaceIds[0] ?? '',
      ),
  },
];

describe('sixteen writers that wait for four locked job rows', () => {
  it.each(WITHDRAWALS)(
    '$what: the response waits for the last of them, and nothing commits after it',
    async ({ take, committed, refused }) => {
      const siege = await besiege();
      // On a machine of any speed, the drain must cancel no statement before the rows are free.
      holdTime();
      const withdrawal = watched(take(siege));
      await eventually(() => committed(siege));
      // Long enough for an answer that waits for nobody.
      await sleep(100);
      expect(withdrawal.settled()).toBe(false);

      await siege.release();
      await withdrawal.promise;
      const atTheAnswer = await rowsOf(siege.jobs);
      const statuses = (await Promise.all(siege.answers)).map(({ status }) => status);

      expect(await rowsOf(siege.jobs)).toEqual(atTheAnswer);
      // They began before: one changed each job. The others came too late, and had no right any more to see why.
      expect(statuses.filter((it) => it === 200)).toHaveLength(ROWS);
      expect(statuses.filter((it) => it === refused)).toHaveLength(WRITERS - ROWS);
    },
  );

  it('revoking their key cancels them after 5 s: they get 503 and change nothing', async () => {
    const siege = await besiege();
    const before = await rowsOf(siege.jobs);

    await admin(
      test,
      'delete',
      `/admin/coordinators/${siege.coordinator.id}/keys/${siege.coordinator.key.id}`,
    );
    await siege.release();

    for (const answer of await Promise.all(siege.answers)) {
      expect(answer).toMatchObject({ status: 503, body: { code: 'database-unavailable' } });
      expect(answer.body.detail).toBe('The database cannot do this now. Nothing was done.');
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    }
    expect(await rowsOf(siege.jobs)).toEqual(before);
  });
});

describe('a leaked key that uses every session for requests', () => {
  it('can be revoked, because the registry has its own sessions', async () => {
    const siege = await besiege(60, 20);
    const before = await rowsOf(siege.jobs);

    await admin(
      test,
      'delete',
      `/admin/coordinators/${siege.coordinator.id}/keys/${siege.coordinator.key.id}`,
    );
    await siege.release();

    for (const { status } of await Promise.all(siege.answers)) expect([401, 503]).toContain(status);
    expect(await rowsOf(siege.jobs)).toEqual(before);
  });
});

describe('deleting an operator', () => {
  it('waits for its requests under way, and nothing commits after the response', async () => {
    const workspace = await registerWorkspace(test);
    const { id, accessKey } = await registerOperator(test, { role: 'ADMIN' });
    const release = await hold('SELECT FROM public.workspaces WHERE id = ANY ($1) FOR UPDATE', [
      workspace.id,
    ]);
    const renamed = call(test, 'patch', `/admin/workspaces/${workspace.id}`, {
      key: accessKey,
      body: { name: 'renamed' },
    });
    const answer = watched(renamed);
    await waitingForLocks(1);

    holdTime();
    const deletion = watched(admin(test, 'delete', `/admin/operators/${id}`));
    await eventually(() =>
      exists('SELECT FROM public.operators WHERE id = $1 AND deleted_at IS NOT NULL', id),
    );
    await sleep(100);
    expect([deletion.settled(), answer.settled()]).toEqual([false, false]);

    await release();
    await deletion.promise;
    const { body } = await call(test, 'get', `/admin/workspaces/${workspace.id}`, { key: test.adminKey });
    expect([200, 401]).toContain((await answer.promise).status);
    expect(
      (await call(test, 'get', `/admin/workspaces/${workspace.id}`, { key: test.adminKey })).body,
    ).toEqual(body);
    expect(await call(test, 'get', '/admin/workspaces', { key: accessKey })).toMatchObject({
      status: 401,
      body: { code: 'key-revoked' },
    });
  });
});

describe('a leaked key under full load', () => {
  it('can be revoked, and nothing of that load commits after the response', async () => {
    const coordinator = await registerCoordinator(test);
    const { id } = await createJob(test, coordinator);
    await call(test, 'patch', `/coordinator/jobs/${id}/status`, {
      key: coordinator.apiKey,
      body: { status: 'RUNNING', agentId: 'a' },
    });
    let revoked = false;
    let tokensUsed = 0;
    const seen = new Map<number, number>();
    const flood = Array.from({ length: 32 }, async () => {
      for (;;) {
        const begunAfter = revoked;
        tokensUsed += 1;
        const { status } = await call(test, 'patch', `/coordinator/jobs/${id}/progress`, {
          key: coordinator.apiKey,
          body: { progressPercent: 1, tokensUsed },
        });
        if (begunAfter) {
          seen.set(status, (seen.get(status) ?? 0) + 1);
          return;
        }
      }
    });
    await eventually(async () => tokensUsed > 200);
    await admin(test, 'delete', `/admin/coordinators/${coordinator.id}/keys/${coordinator.key.id}`);
    const atTheAnswer = await jobRow(test, id);
    revoked = true;
    await Promise.all(flood);
    expect(await jobRow(test, id)).toEqual(atTheAnswer);
    expect([...seen]).toEqual([[401, 32]]);
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type BreakableDatabase, breakable } from '../support/breakable-database.js';
import { testSession } from '../support/database.js';
import { DebianPostgres } from '../support/debian-postgres.js';
import {
  call,
  createJob,
  registerCoordinator,
  type Served,
  type TestCoordinator,
} from '../support/registry.js';
import { eventually, type ServerProcess, say } from '../support/server-process.js';
import { expectNothingLost, Load } from './load.js';
import { RegistryOn } from './registry-on.js';

let postgres: DebianPostgres;
let registry: RegistryOn;
let owner: pg.Pool;
let replica: ServerProcess;
let served: Served;
let coordinator: TestCoordinator;
let load: Load | undefined;

beforeAll(async () => {
  postgres = await DebianPostgres.create({ max_connections: '60' });
  registry = await RegistryOn.create(postgres);
  owner = registry.owner();
  replica = await registry.serve();
  served = registry.through(replica);
});

beforeEach(async () => {
  coordinator = await registerCoordinator(served);
});

afterEach(async () => await load?.stop());

afterAll(async () => {
  await owner?.end();
  await registry?.remove();
  await postgres?.remove();
});

const statusOf = async (path: string) => (await fetch(replica.url + path)).status;
const cancel = (id: string) =>
  call(served, 'patch', `/coordinator/jobs/${id}/status`, {
    key: coordinator.apiKey,
    body: { status: 'CANCELLED' },
  });

/** It stops after the test. */
function startLoad({ url }: ServerProcess, workers = 8): Load {
  load = new Load(coordinator, () => url, workers);
  return load;
}

/** Only what an outage may answer: 503 with a time to try again. */
function expectOnlyOutages({ refused, unanswered }: Load): void {
  expect(unanswered).toEqual([]);
  expect(
    refused.filter(
      ({ status, code, retryAfter }) =>
        status !== 503 || code !== 'database-unavailable' || retryAfter === null,
    ),
  ).toEqual([]);
}

describe('PostgreSQL is stopped at once and started again', () => {
  it('requests get 503 with Retry-After meanwhile, live stays 200, and the server recovers by itself', async () => {
    const load = startLoad(replica);
    await load.acknowledges(100);
    await postgres.stopAtOnce();
    await eventually(async () => (await statusOf('/health/ready')) === 503, 'the outage shows');
    await eventually(() => load.refused.length >= 20, 'requests are refused');
    expect(await statusOf('/health/live')).toBe(200);
    const begin = performance.now();
    await postgres.start();
    const started = performance.now();
    await load.acknowledges(1);
    const recovered = performance.now();
    await eventually(async () => (await statusOf('/health/ready')) === 200, 'the server is ready');
    await load.acknowledges(100);
    await load.stop();
    expectOnlyOutages(load);
    await expectNothingLost(owner, load.acknowledged);
    say(
      `PostgreSQL stopped at once: ${load.refused.length} answers of 503; its start took ${Math.round(started - begin)} ms, ` +
        `the next change was acknowledged ${Math.round(recovered - started)} ms later`,
    );
  });
});

describe('max_connections is reached', () => {
  it('requests are answered with 503 or served, and all are served afterwards', async () => {
    const others: pg.Client[] = [];
    const superuser = new pg.Client(testSession(postgres.url('registry')));
    await superuser.connect();
    const load = startLoad(replica, 40);
    await load.acknowledges(100);
    await eventually(async () => {
      await takeAllSessions(others);
      // The server must open new ones, and finds none.
      await superuser.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'coordinator-registry'`,
      );
      await takeAllSessions(others);
      return load.refused.length >= 20;
    }, 'requests are refused');
    await superuser.end();
    await Promise.all(others.map((it) => it.end()));
    await load.acknowledges(100);
    await load.stop();
    expectOnlyOutages(load);
    await expectNothingLost(owner, load.acknowledged);
    say(`max_connections: ${others.length} other sessions, ${load.refused.length} answers of 503`);
  });

  async function takeAllSessions(others: pg.Client[]): Promise<void> {
    for (;;) {
      const client = new pg.Client(testSession(postgres.url('registry', 'registry_owner:change-me-1')));
      client.on('error', () => undefined);
      try {
        await client.connect();
      } catch (error) {
        expect(error).toMatchObject({ code: '53300' });
        return;
      }
      others.push(client);
    }
  }
});

describe('a session is left in a transaction', () => {
  it('a change of the row that it locks gets 503 and does nothing; all else is served and sealed', async () => {
    const { id } = await createJob(served, coordinator);
    const left = new pg.Client(testSession(postgres.url('registry', 'registry_api:change-me-2')));
    await left.connect();
    try {
      await left.query('BEGIN');
      await left.query('SELECT FROM public.jobs WHERE id = $1 FOR UPDATE', [id]);
      const sealedBefore = await sealedRecords();
      const begin = performance.now();
      const waiting = cancel(id);
      const other = await createJob(served, coordinator);
      expect((await cancel(other.id)).status).toBe(200);
      await eventually(async () => (await sealedRecords()) >= sealedBefore + 2, 'later records are sealed');
      const { status, body, headers } = await waiting;
      expect([status, body.code, body.detail]).toEqual([
        503,
        'database-unavailable',
        'The database cannot do this now. Nothing was done.',
      ]);
      expect(headers['retry-after']).toBe('2');
      say(`a row locked by a forgotten transaction: 503 after ${Math.round(performance.now() - begin)} ms`);
    } finally {
      await left.end();
    }
    expect((await cancel(id)).status).toBe(200);
    await expectNothingLost(owner, []);
  });

  async function sealedRecords(): Promise<number> {
    const { rows } = await owner.query<{ sealed: number }>(
      'SELECT count(*)::int AS sealed FROM public.audit_leaves',
    );
    return rows[0]?.sealed ?? 0;
  }
});

describe('a statement hangs', () => {
  it('gets 503 that says that its result is unknown; all else is served', async () => {
    const { id } = await createJob(served, coordinator);
    const holder = new pg.Client(testSession(postgres.url('registry')));
    await holder.connect();
    let pid = 0;
    try {
      await holder.query('BEGIN');
      await holder.query('SELECT FROM public.jobs WHERE id = $1 FOR UPDATE', [id]);
      const begin = performance.now();
      const waiting = cancel(id);
      await eventually(async () => {
        const { rows } = await holder.query<{ pid: number }>(
          `SELECT pid FROM pg_locks WHERE NOT granted AND waitstart < clock_timestamp() - interval '100 milliseconds'`,
        );
        pid = rows[0]?.pid ?? 0;
        return pid !== 0;
      }, 'the change waits for the row');
      process.kill(pid, 'SIGSTOP');
      await holder.query('COMMIT');
      const other = await createJob(served, coordinator);
      expect((await cancel(other.id)).status).toBe(200);
      const { status, body } = await waiting;
      expect([status, body.code]).toEqual([503, 'database-unavailable']);
      expect(body.detail).toMatch(/^The connection to the database was lost\. It is not known whether /);
      say(`a statement that hangs: 503 after ${Math.round(performance.now() - begin)} ms`);
    } finally {
      if (pid !== 0) process.kill(pid, 'SIGCONT');
      await holder.end();
    }
    // Once it goes on, the change is either made with its record, or it is not made.
    await eventually(async () => {
      const { rows } = await owner.query('SELECT FROM pg_stat_activity WHERE pid = $1', [pid]);
      return rows.length === 0;
    }, 'the session that hung ends');
    await expectNothingLost(owner, []);
  });
});

describe('the network between the server and PostgreSQL', () => {
  let line: BreakableDatabase;
  let distant: ServerProcess;

  beforeAll(async () => {
    line = await breakable(postgres.url('registry', 'registry_api:change-me-2'));
    distant = await registry.serve({ DATABASE_URL: line.url });
  });

  afterAll(() => line?.close());

  it('cuts connections in the middle of an answer: no change is lost or made twice', async () => {
    const load = startLoad(distant);
    for (let time = 0; time < 20; time += 1) {
      await load.acknowledges(20);
      line.cutNextAnswer();
    }
    await load.acknowledges(20);
    await load.stop();
    expectOnlyOutages(load);
    await expectNothingLost(owner, load.acknowledged);
    say(
      `20 connections cut in an answer: ${load.refused.length} answers of 503, ${load.acknowledged.length} acknowledged changes`,
    );
  });

  it('loses connections without a FIN: the server notices, and goes on with new ones', async () => {
    const load = startLoad(distant);
    await load.acknowledges(50);
    line.freeze();
    const begin = performance.now();
    await eventually(() => load.refused.length > 0, 'the first request gets 503');
    const noticed = performance.now();
    await load.acknowledges(100);
    await load.stop();
    expectOnlyOutages(load);
    await expectNothingLost(owner, load.acknowledged);
    say(
      `half-open connections: noticed after ${Math.round(noticed - begin)} ms, ${load.refused.length} answers of 503`,
    );
  });
});

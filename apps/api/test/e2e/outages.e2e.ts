import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import supertest from 'supertest';
import { ErasuresRepository } from '../../src/audit-log/erasure/erasures.repository.js';
import { CoordinatorsRepository } from '../../src/coordinators/coordinators.repository.js';
import { translateOutage } from '../../src/database/database-errors.js';
import { startServer, startTestApp, type TestApp } from '../support/app.js';
import { type BreakableDatabase, breakable } from '../support/breakable-database.js';
import { sessionsWaiting, testSession } from '../support/database.js';
import {
  admin,
  call,
  createJob,
  forgeKey,
  jobRow,
  listen,
  registerCoordinator,
  type TestCoordinator,
} from '../support/registry.js';
import { eventually } from '../support/server-process.js';

/*
 * A 503 says what has become of the change: nothing was done, it is stored, or it is not known. What is stored is looked at in Postgres.
 */

const UNKNOWN = /^The connection to the database was lost\. It is not known whether the change was made: /;

let test: TestApp;
let coordinator: TestCoordinator;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  coordinator = await registerCoordinator(test);
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(() => test?.close());

const cancel = { status: 'CANCELLED' };

describe('the connection to Postgres breaks during a statement', () => {
  let line: BreakableDatabase;
  let server: NestFastifyApplication;

  beforeAll(async () => {
    line = await breakable(test.database.apiUrl);
    server = await startServer(line.url);
    await server.listen(0, '127.0.0.1');
  });

  afterAll(async () => {
    line?.mend();
    await server?.close();
    await line?.close();
  });

  /** @param breaks what happens while the statement waits for its table */
  async function whileItWaits(
    send: (id: string) => supertest.Test,
    breaks: () => unknown = () => line.cut(),
  ) {
    const { id } = await createJob(test, coordinator);
    const holder = await test.database.owner.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('LOCK TABLE public.jobs IN ACCESS EXCLUSIVE MODE');
      const answer = send(id)
        .set('X-API-Key', coordinator.apiKey)
        .then((it) => it);
      await sessionsWaiting(test.database.owner, 1);
      await breaks();
      return await answer;
    } finally {
      line.mend();
      await holder.query('ROLLBACK');
      holder.release();
    }
  }

  it('a change answers 503 and says that its result is unknown', async () => {
    const { status, headers, body } = await whileItWaits((id) =>
      supertest(server.getHttpServer()).patch(`/coordinator/jobs/${id}/status`).send(cancel),
    );
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'database-unavailable', '2']);
    expect(body.detail).toMatch(UNKNOWN);
    expect(body.detail).toContain('Idempotency-Key');
  });

  it('a change answers the same when Postgres ends its session', async () => {
    const { status, body } = await whileItWaits(
      (id) => supertest(server.getHttpServer()).patch(`/coordinator/jobs/${id}/status`).send(cancel),
      () =>
        test.database.api.query(
          `SELECT pg_terminate_backend(pid) FROM pg_locks
           WHERE NOT granted AND relation = 'public.jobs'::regclass`,
        ),
    );
    expect([status, body.code]).toEqual([503, 'database-unavailable']);
    expect(body.detail).toMatch(UNKNOWN);
  });

  it('a read answers 503 and says that the connection was lost', async () => {
    const { status, body } = await whileItWaits((id) =>
      supertest(server.getHttpServer()).get(`/coordinator/jobs/${id}`),
    );
    expect([status, body.code]).toEqual([503, 'database-unavailable']);
    expect(body.detail).toBe('The connection to the database was lost.');
  });
});

it('a change answers 503 and "Nothing was done" when the database cannot be reached', async () => {
  const server = await startServer('postgresql://nobody@127.0.0.1:1/none');
  try {
    const { body } = await supertest(server.getHttpServer()).post('/keys/revoke').send({ key: forgeKey() });
    expect(body).toMatchObject({
      status: 503,
      code: 'database-unavailable',
      detail: 'The database cannot be reached now. Nothing was done.',
    });
  } finally {
    await server.close();
  }
});

describe('a read-only database', () => {
  const ready = () => test.http().get('/health/ready');

  /** For sessions that connect from now on; those of the server connect anew. */
  async function setReadOnly(setting: 'on' | 'off'): Promise<void> {
    const client = new pg.Client(testSession(test.database.superuserUrl));
    await client.connect();
    try {
      const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
      await client.query('BEGIN READ WRITE');
      await client.query(`ALTER DATABASE ${rows[0]?.name} SET default_transaction_read_only = ${setting}`);
      await client.query('COMMIT');
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name LIKE 'coordinator-registry%'
           AND application_name <> 'coordinator-registry-test' AND pid <> pg_backend_pid()`,
      );
    } finally {
      await client.end();
    }
    const state = setting === 'on' ? 'read-only' : 'ok';
    await eventually(async () => (await ready()).body.checks.database === state, `the database is ${state}`);
  }

  it('answers reads; changes get 503 and "Nothing was done" until it is writable again', async () => {
    const { id } = await createJob(test, coordinator);
    const before = await jobRow(test, id);
    await setReadOnly('on');
    try {
      const health = await ready();
      expect([health.status, health.body.status]).toEqual([200, 'degraded']);
      const own = await call(test, 'get', '/coordinator/health', { key: coordinator.apiKey });
      expect(own.body.database).toBe('read-only');
      const read = await call(test, 'get', `/coordinator/jobs/${id}`, { key: coordinator.apiKey });
      expect([read.status, read.body.status]).toEqual([200, 'PENDING']);
      const change = await call(test, 'patch', `/coordinator/jobs/${id}/status`, {
        key: coordinator.apiKey,
        body: cancel,
      });
      expect(change.body).toMatchObject({
        status: 503,
        code: 'database-unavailable',
        detail: 'The database accepts no changes now: it is read-only. Nothing was done.',
      });
      expect(await jobRow(test, id)).toEqual(before);
    } finally {
      await setReadOnly('off');
    }
    expect((await ready()).body).toEqual({ status: 'ok', checks: { database: 'ok', sealing: 'ok' } });
    const change = await call(test, 'patch', `/coordinator/jobs/${id}/status`, {
      key: coordinator.apiKey,
      body: cancel,
    });
    expect([change.status, (await jobRow(test, id)).status]).toEqual([200, 'CANCELLED']);
  });
});

describe('an outage after a first part is stored', () => {
  const cancelled = translateOutage(
    Object.assign(new pg.DatabaseError('canceled', 0, 'error'), { code: '57014' }),
  );

  it('a suspension whose attempts could not be ended answers 503 and says that it is stored', async () => {
    const { id } = await registerCoordinator(test);
    const repository = test.app.get(CoordinatorsRepository, { strict: false });
    jest.spyOn(repository, 'endRuns').mockRejectedValueOnce(cancelled);
    const suspend = () =>
      call(test, 'patch', `/admin/coordinators/${id}`, {
        key: test.adminKey,
        body: { status: 'SUSPENDED', runs: 'requeue' },
      });
    const { status, body } = await suspend();
    expect([status, body.code, body.detail]).toEqual([
      503,
      'database-unavailable',
      'The change is stored, but some attempts may still be RUNNING. Send it again to be sure.',
    ]);
    expect((await admin<{ status: string }>(test, 'get', `/admin/coordinators/${id}`)).status).toBe(
      'SUSPENDED',
    );
    expect((await suspend()).status).toBe(200);
  });

  it('an erasure says that a part is erased, unless the first part failed', async () => {
    const erase = () =>
      call(test, 'post', '/audit-log/erasures', { key: test.adminKey, body: { actorId: coordinator.id } });
    const parts = jest.spyOn(test.app.get(ErasuresRepository, { strict: false }), 'erasePart');
    parts.mockResolvedValueOnce({ erased: 1, reached: coordinator.id }).mockRejectedValueOnce(cancelled);
    expect((await erase()).body).toMatchObject({
      status: 503,
      detail: 'A part of the records is erased. Send it again to erase the rest.',
    });
    parts.mockRejectedValueOnce(cancelled);
    expect((await erase()).body).toMatchObject({
      status: 503,
      detail: 'The database cannot do this now. Nothing was done.',
    });
    expect((await erase()).status).toBe(200);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import supertest, { type Response } from 'supertest';
import { API_ROLE } from '../../src/database/connection.js';
import { startServer, startTestApp, type TestApp } from '../support/app.js';
import { holdTime, startTime } from '../support/clock.js';
import { sessionsWaiting, testSession } from '../support/database.js';
import { type Pooler, startPooler } from '../support/pooler.js';
import {
  admin,
  createJob,
  jobRow,
  listen,
  registerCoordinator,
  type TestCoordinator,
} from '../support/registry.js';

/*
 * A replica's sessions do not look like those of the server that revokes: a pooler has renamed them, or they belong to another
 * login. A request of theirs waits for a row while the key is revoked. It must not commit after the revocation is answered.
 */

const SECOND_LOGIN = 'registry_test_second_api';

let test: TestApp;
const started: { close(): Promise<unknown> }[] = [];

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterEach(startTime);

afterAll(async () => {
  for (const each of started.reverse()) await each.close();
  await test?.close();
});

async function replicaThrough(url: string): Promise<NestFastifyApplication> {
  const replica = await startServer(url);
  started.push(replica);
  await replica.listen(0, '127.0.0.1');
  return replica;
}

/** @param name that it gives to every session */
async function pooler(url: string, name: string): Promise<Pooler> {
  const made = await startPooler(url, (parameters) => parameters.set('application_name', name));
  started.push(made);
  return made;
}

/** Another login with the API's rights, as while its password is being exchanged. @returns its URL */
async function secondLogin(): Promise<string> {
  const superuser = new pg.Client(testSession(test.database.superuserUrl));
  await superuser.connect();
  try {
    await superuser.query(`CREATE ROLE ${SECOND_LOGIN} LOGIN PASSWORD 'second'`);
    await superuser.query(`GRANT ${API_ROLE} TO ${SECOND_LOGIN}`);
    const { pathname } = new URL(test.database.apiUrl);
    await superuser.query(`GRANT CONNECT ON DATABASE ${pathname.slice(1)} TO ${SECOND_LOGIN}`);
  } finally {
    await superuser.end();
  }
  started.push({ close: dropSecondLogin });
  const url = new URL(test.database.apiUrl);
  url.username = SECOND_LOGIN;
  url.password = 'second';
  return url.href;
}

async function dropSecondLogin(): Promise<void> {
  const superuser = new pg.Client(testSession(test.database.superuserUrl));
  await superuser.connect();
  try {
    await superuser.query(`DROP OWNED BY ${SECOND_LOGIN}`);
    await superuser.query(`DROP ROLE ${SECOND_LOGIN}`);
  } finally {
    await superuser.end();
  }
}

/** A request of the replica that waits for the row of a job. */
async function waitingChange(replica: NestFastifyApplication) {
  const coordinator = await registerCoordinator(test);
  const { id } = await createJob(test, coordinator);
  const holder = await test.database.owner.connect();
  await holder.query('BEGIN');
  await holder.query('SELECT FROM public.jobs WHERE id = $1 FOR UPDATE', [id]);
  const answer: Promise<Response> = supertest(replica.getHttpServer())
    .patch(`/coordinator/jobs/${id}/status`)
    .set('X-API-Key', coordinator.apiKey)
    .send({ status: 'RUNNING', agentId: 'agent' })
    .then((it) => it);
  await sessionsWaiting(test.database.owner, 1);
  return {
    coordinator,
    jobId: id,
    answer,
    release: async () => {
      await holder.query('COMMIT');
      holder.release();
    },
  };
}

function revoke(coordinator: TestCoordinator): Promise<unknown> {
  return admin(test, 'delete', `/admin/coordinators/${coordinator.id}/keys/${coordinator.key.id}`);
}

async function expectRevocationToWait(replica: NestFastifyApplication): Promise<void> {
  const { coordinator, jobId, answer, release } = await waitingChange(replica);
  // However busy the machine is, the drain cancels nothing before the row is released.
  holdTime();
  let revoked = false;
  const revocation = revoke(coordinator).then(() => {
    revoked = true;
  });
  await keyIsRevoked(coordinator.key.id);
  // Long enough for a revocation that waits for nothing.
  await sleep(200);
  expect(revoked).toBe(false);

  await release();
  await revocation;
  const atTheAnswer = await jobRow(test, jobId);
  await answer;
  expect(await jobRow(test, jobId)).toEqual(atTheAnswer);
}

async function keyIsRevoked(keyId: string): Promise<void> {
  const revoked = 'SELECT FROM public.coordinator_keys WHERE id = $1 AND revoked_at IS NOT NULL';
  while ((await test.database.owner.query(revoked, [keyId])).rowCount === 0) await sleep(5);
}

describe('a revocation waits for requests of a replica', () => {
  it.each([
    ['that it does not know', 'pgbouncer'],
    ['with an address behind it', 'coordinator-registry - 10.0.0.1:5432'],
    ['that is empty', ''],
  ])('behind a pooler, under an application_name %s', async (_, name) => {
    await expectRevocationToWait(await replicaThrough((await pooler(test.database.apiUrl, name)).url));
  });

  it('that uses another login, whose sessions it cannot cancel', async () => {
    const url = await secondLogin();
    const replica = await replicaThrough((await pooler(url, 'pgbouncer')).url);
    await expectRevocationToWait(replica);

    // Nobody holds the time now: 5 s pass, and it goes on waiting instead of failing.
    startTime();
    const { coordinator, jobId, answer, release } = await waitingChange(replica);
    const revocation = revoke(coordinator);
    await keyIsRevoked(coordinator.key.id);
    await sleep(6_000);
    await release();
    await revocation;
    const atTheAnswer = await jobRow(test, jobId);
    expect((await answer).status).toBe(200);
    expect(await jobRow(test, jobId)).toEqual(atTheAnswer);
  });
});

it('a revocation does not wait for Postgres tools, other databases or sessions with another purpose', async () => {
  const names = ['pg_dump', 'psql', 'coordinator-registry-export', 'coordinator-registry-sealer'];
  const clients = names.map(
    (name) => new pg.Client({ connectionString: test.database.apiUrl, application_name: name }),
  );
  for (const client of clients) {
    await client.connect();
    await client.query('BEGIN');
    await client.query('SELECT 1');
  }
  const coordinator = await registerCoordinator(test);
  await revoke(coordinator);
  for (const client of clients) {
    // It was neither cancelled nor terminated.
    await client.query('SELECT 1');
    await client.end();
  }
});

it('a server that cannot see its own request sessions does not start', async () => {
  await expect(
    startServer((await pooler(test.database.apiUrl, 'coordinator-registry-export')).url),
  ).rejects.toThrow('could not make a revocation final');
});

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Response } from 'supertest';
import { startTestApp, type TestApp } from '../support/app.js';
import { testSession } from '../support/database.js';
import {
  admin,
  call,
  createJob,
  listen,
  registerCoordinator,
  registerOperator,
  type TestCoordinator,
  type TestOperator,
} from '../support/registry.js';

/*
 * An erasure may take longer than a revocation waits for requests. No revocation cancels it. But a request that takes away the
 * rights of the erasing operator waits for the part that runs, so that nothing is erased after the answer.
 */

let test: TestApp;
let superuser: pg.Client;
let eraser: TestOperator;
let erased: TestCoordinator;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  superuser = new pg.Client(testSession(test.database.superuserUrl));
  await superuser.connect();
});

afterAll(async () => {
  await superuser?.end();
  await test?.close();
});

interface Pending<T> {
  settled: boolean;
  promise: Promise<T>;
}

function watched<T>(promise: Promise<T>): Pending<T> {
  const pending: Pending<T> = { settled: false, promise };
  const settle = () => {
    pending.settled = true;
  };
  promise.then(settle, settle);
  return pending;
}

/** An erasure that waits for a row that somebody else holds. */
async function erasing(): Promise<{ erasure: Pending<Response>; release: () => Promise<unknown> }> {
  eraser = await registerOperator(test, { role: 'ADMIN' });
  erased = await registerCoordinator(test);
  await createJob(test, erased);
  await superuser.query('BEGIN');
  const { rowCount } = await superuser.query('SELECT FROM public.audit_log WHERE actor_id = $1 FOR UPDATE', [
    erased.id,
  ]);
  expect(rowCount).toBe(1);
  const erasure = watched(
    call(test, 'post', '/audit-log/erasures', { key: eraser.accessKey, body: { actorId: erased.id } }),
  );
  await waiting("application_name = 'coordinator-registry-maintenance'");
  return { erasure, release: () => superuser.query('COMMIT') };
}

/** Until one session for which this holds waits for a lock. */
async function waiting(condition: string): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    const { rows } = await test.database.api.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND ${condition}`,
    );
    if (rows.length === 1) return;
    if (Date.now() > end) throw new Error(`no session waits for a lock: ${condition}`);
    await sleep(10);
  }
}

it('a revocation neither waits for an erasure nor cancels it', async () => {
  const { erasure, release } = await erasing();
  const other = await registerCoordinator(test);
  await admin(test, 'delete', `/admin/coordinators/${other.id}/keys/${other.key.id}`);
  expect(erasure.settled).toBe(false);
  await release();
  const { status, body } = await erasure.promise;
  expect([status, body]).toEqual([200, { actorId: erased.id, records: 1 }]);
});

it('deleting the operator of a running erasure waits for the part under way', async () => {
  const { erasure, release } = await erasing();
  const deletion = watched(admin(test, 'delete', `/admin/operators/${eraser.id}`));
  await waiting("query LIKE '%deleted_at%' AND application_name = 'coordinator-registry'");
  expect([deletion.settled, erasure.settled]).toEqual([false, false]);
  await release();
  expect((await erasure.promise).status).toBe(200);
  await deletion.promise;
  const again = await call(test, 'post', '/audit-log/erasures', {
    key: eraser.accessKey,
    body: { actorId: erased.id },
  });
  expect(again.status).toBe(401);
});

it('an operator deleted while its erasure waits erases nothing', async () => {
  eraser = await registerOperator(test, { role: 'ADMIN' });
  erased = await registerCoordinator(test);
  await createJob(test, erased);
  await superuser.query('BEGIN');
  await superuser.query(
    `WITH ctx AS MATERIALIZED (SELECT public.set_audit_context('SYSTEM', NULL, 'test', NULL, NULL, NULL, NULL) AS ready)
     UPDATE public.operators SET deleted_at = statement_timestamp() FROM ctx WHERE ctx.ready AND id = $1`,
    [eraser.id],
  );
  const erasure = call(test, 'post', '/audit-log/erasures', {
    key: eraser.accessKey,
    body: { actorId: erased.id },
  });
  const answer = watched(erasure);
  await waiting("application_name = 'coordinator-registry-maintenance'");
  await superuser.query('COMMIT');
  expect((await answer.promise).status).toBe(401);
  const { rows } = await test.database.owner.query(
    'SELECT FROM public.audit_log WHERE actor_id = $1 AND source_ip IS NOT NULL AND source_ip_salt IS NOT NULL',
    [erased.id],
  );
  expect(rows).toHaveLength(1);
});

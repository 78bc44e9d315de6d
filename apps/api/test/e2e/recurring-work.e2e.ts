import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { startTestApp, type TestApp } from '../support/app.js';
import { testSession } from '../support/database.js';
import {
  call,
  createJob,
  databaseClockPasses,
  jobRow,
  registerCoordinator,
  type TestCoordinator,
} from '../support/registry.js';
import { eventually } from '../support/server-process.js';

/*
 * Work that the server does by itself. The test records the timers that the start sets, and lets them fire: a timer that is never
 * set, or that does something else, changes nothing.
 */

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

let test: TestApp;
let coordinator: TestCoordinator;
const timers: { pauseMs: number; fire(): void }[] = [];

beforeAll(async () => {
  const { setTimeout: set } = globalThis;
  const spy = jest.spyOn(globalThis, 'setTimeout').mockImplementation(((
    fire: () => void,
    pauseMs?: number,
  ) => {
    timers.push({ pauseMs: pauseMs ?? 0, fire });
    return set(fire, pauseMs);
  }) as typeof setTimeout);
  test = await startTestApp();
  spy.mockRestore();
  coordinator = await registerCoordinator(test);
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(() => test?.close());

/** Fires each timer with such a pause, and waits until `done`. */
async function firing(pauseMs: number, done: () => Promise<boolean>): Promise<void> {
  const due = timers.filter((it) => it.pauseMs === pauseMs);
  expect(due.length).toBeGreaterThan(0);
  for (const timer of due) timer.fire();
  await eventually(done, 'the work of the timer');
}

async function count(statement: string, values: unknown[] = []): Promise<number> {
  return (await test.database.owner.query(statement, values)).rowCount ?? 0;
}

describe('recurring tasks', () => {
  it('every 2 s: the lease sweeper requeues an attempt whose lease expired', async () => {
    const { id } = await createJob(test, coordinator);
    await call(test, 'patch', `/coordinator/jobs/${id}/status`, {
      key: coordinator.apiKey,
      body: { status: 'RUNNING', agentId: 'a', leaseSeconds: 30 },
    });
    await test.database.owner.query(
      `UPDATE public.jobs SET lease_expires_at = now() - interval '1 s' WHERE id = $1`,
      [id],
    );
    await firing(2 * SECOND_MS, async () => (await jobRow(test, id)).status === 'PENDING');
  });

  it('every second: a job is released whose time has come', async () => {
    const notBefore = new Date(Date.now() + SECOND_MS).toISOString();
    const { id } = await createJob(test, coordinator, { notBefore });
    expect(await jobRow(test, id)).toMatchObject({ not_before: new Date(notBefore) });
    await databaseClockPasses(test, notBefore);
    await firing(SECOND_MS, async () => (await jobRow(test, id)).not_before === null);
  });

  it('every hour: a partition is added for a coming month', async () => {
    const missing = `audit_log_${monthAhead(2)}`;
    await asSuperuser(`ALTER TABLE public.audit_log DETACH PARTITION public.${missing}`);
    await asSuperuser(`DROP TABLE public.${missing}`);
    const attached = () =>
      count('SELECT FROM pg_inherits WHERE inhrelid = to_regclass($1)', [`public.${missing}`]);
    expect(await attached()).toBe(0);
    await firing(HOUR_MS, async () => (await attached()) === 1);
  });

  it('every hour: a month past the retention is dropped', async () => {
    const [over, after] = [monthAhead(-3), monthAhead(-2)].map((it) => it.replace('_', '-').concat('-01'));
    const partition = `audit_log_${monthAhead(-3)}`;
    await asSuperuser(
      `SET ROLE coordinator_registry_audit;
       SELECT public.audit_ensure_partition('_${monthAhead(-3)}', '${over}', '${after}');
       RESET ROLE;
       INSERT INTO public.audit_retention (months) VALUES (1)`,
    );
    const there = () => count('SELECT FROM pg_class WHERE relname = $1', [partition]);
    expect(await there()).toBe(1);
    await firing(HOUR_MS, async () => (await there()) === 0);
  });

  it('every hour: deliveries of last week are deleted', async () => {
    const { id } = await createJob(test, coordinator);
    await test.database.owner.query(
      `INSERT INTO public.webhook_deliveries (coordinator_id, delivery_id, job_id, created_at)
       VALUES ($1, 'delivery', $2, now() - interval '8 days')`,
      [coordinator.id, id],
    );
    await firing(HOUR_MS, async () => (await count('SELECT FROM public.webhook_deliveries')) === 0);
  });

  it('every 5 s: counted refusals are written after their minute', async () => {
    for (let n = 0; n < 3; n += 1) {
      const answer = await call(test, 'get', `/coordinator/jobs?workspaceId=${randomUUID()}`, {
        key: coordinator.apiKey,
      });
      expect(answer.body).toMatchObject({ status: 403, code: 'workspace-forbidden' });
    }
    const recorded = async () => {
      const { rows } = await test.database.owner.query<{ occurrences: number }>(
        `SELECT occurrences FROM public.audit_log WHERE actor_id = $1 AND outcome = 'DENIED' ORDER BY id`,
        [coordinator.id],
      );
      return rows.map(({ occurrences }) => occurrences);
    };
    await eventually(async () => (await recorded()).length === 1, 'the first refusal is recorded');
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + MINUTE_MS);
    await firing(5 * SECOND_MS, async () => (await recorded()).length === 2);
    expect(await recorded()).toEqual([1, 2]);
  });

  it('every hour: idempotency keys of yesterday are deleted', async () => {
    await call(test, 'post', '/coordinator/jobs', {
      key: coordinator.apiKey,
      body: { workspaceId: coordinator.workspaceIds[0], type: 'build' },
      headers: { 'Idempotency-Key': randomUUID() },
    });
    await test.database.owner.query(
      `UPDATE public.idempotency_keys SET created_at = created_at - interval '25 hours'`,
    );
    expect(await count('SELECT FROM public.idempotency_keys')).toBe(1);
    await firing(HOUR_MS, async () => (await count('SELECT FROM public.idempotency_keys')) === 0);
  });

  it('every minute: lastUsedAt of keys is written', async () => {
    const { apiKey, key } = await registerCoordinator(test);
    await call(test, 'get', '/coordinator/jobs', { key: apiKey });
    const used = () => count('SELECT FROM public.coordinator_key_uses WHERE key_id = $1', [key.id]);
    expect(await used()).toBe(0);
    await firing(MINUTE_MS, async () => (await used()) === 1);
  });
});

/** `2026_11`, so many months from now */
function monthAhead(months: number): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months))
    .toISOString()
    .slice(0, 7)
    .replace('-', '_');
}

async function asSuperuser(statement: string): Promise<void> {
  const client = new pg.Client(testSession(test.database.superuserUrl));
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

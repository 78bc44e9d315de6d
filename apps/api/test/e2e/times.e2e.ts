import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { admin, call, listen, registerCoordinator, startJob, succeed } from '../support/registry.js';

/*
 * A time is the same moment in the request, in the database and in the answer. What is stored is read as seconds since 1970, which no
 * time zone and no date style changes.
 */

const HOUR_MS = 3_600_000;

let test: TestApp;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
});

afterAll(() => test?.close());

/** ms since 1970 */
async function stored(table: string, column: string, id: string): Promise<number> {
  const { rows } = await test.database.owner.query<{ ms: string }>(
    `SELECT (extract(epoch FROM ${column}) * 1000)::bigint AS ms FROM public.${table} WHERE id = $1`,
    [id],
  );
  return Number(rows[0]?.ms);
}

describe('a time is stored and returned unchanged', () => {
  it('expiresAt of a key, in any time zone', async () => {
    const end = Math.floor(Date.now() / 1000) * 1000 + HOUR_MS;
    const local = new Date(end + 5.5 * HOUR_MS).toISOString().replace('.000Z', '+05:30');
    const { key, apiKey } = await registerCoordinator(test, { keyExpiresAt: local });
    expect(await stored('coordinator_keys', 'expires_at', key.id)).toBe(end);
    expect(key.expiresAt).toBe(new Date(end).toISOString());
    // Neither born expired, nor without an end.
    expect((await call(test, 'get', '/coordinator/jobs', { key: apiKey })).status).toBe(200);
  });

  it('createdAt and startedAt, by the current clock', async () => {
    const before = Date.now();
    const coordinator = await registerCoordinator(test);
    const job = await startJob(test, coordinator, {});
    const after = Date.now();
    for (const [table, column, id, answered] of [
      ['coordinator_keys', 'created_at', coordinator.key.id, coordinator.key.createdAt],
      ['jobs', 'created_at', job.id, job.createdAt],
      ['jobs', 'started_at', job.id, job.startedAt],
    ] as const) {
      const ms = await stored(table, column, id);
      expect([column, Date.parse(answered ?? '')]).toEqual([column, ms]);
      expect(ms).toBeGreaterThanOrEqual(before - 2);
      expect(ms).toBeLessThanOrEqual(after + 2);
    }
  });

  it('`from` and `to` of a filter of the log', async () => {
    const { id } = await registerCoordinator(test);
    const [record] = (
      await admin<{ items: { occurredAt: string }[] }>(test, 'get', `/audit-log?resourceId=${id}`)
    ).items;
    const at = Date.parse(record?.occurredAt ?? '');
    const found = async (from: number, to: number) => {
      const range = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
      const answer = await call(test, 'get', `/audit-log?resourceId=${id}&${range}`, { key: test.adminKey });
      return succeed<{ items: unknown[] }>(answer).items.length;
    };
    expect(await found(at - 1, at + 1)).toBeGreaterThan(0);
    expect(await found(at + 60_000, at + HOUR_MS)).toBe(0);
    expect(await found(at - HOUR_MS, at - 60_000)).toBe(0);
  });
});

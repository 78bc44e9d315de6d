import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import PgBoss from 'pg-boss';
import { QUEUE } from '../contestants/pg-boss.js';

/** Starts pg-boss with one queue of `count` jobs. @returns their ids */
export async function fillQueue(url: string, count: number): Promise<string[]> {
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false });
  await boss.start();
  await boss.createQueue(QUEUE);
  const ids = Array.from({ length: count }, () => randomUUID());
  await boss.insert(ids.map((id) => ({ id, name: QUEUE, data: { type: 'build' } })));
  await boss.stop({ graceful: false });
  return ids;
}

/** Sets every job to the state after a worker has fetched it. */
export async function activateAll(pool: pg.Pool): Promise<void> {
  await pool.query(
    `UPDATE pgboss.job SET state = 'active', started_on = now(), completed_on = NULL, output = NULL
     WHERE name = $1 AND state <> 'active'`,
    [QUEUE],
  );
  await pool.query('VACUUM ANALYZE pgboss.job');
}

export async function countCompleted(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ count: string }>(
    "SELECT count(*) FROM pgboss.job WHERE name = $1 AND state = 'completed'",
    [QUEUE],
  );
  return Number(rows[0]?.count);
}

import pg from 'pg';
import { type DatabaseConnection, sessionOf } from './connection.js';

/** Locks that processes which share a database take among themselves. */
export const ADVISORY_LOCKS = {
  firstAdmin: 4_711_101,
  sealer: 4_711_102,
  environmentKey: 4_711_103,
} as const;

/** Does `work` while no other process holds `lock`; waits for one that does. */
export async function withAdvisoryLock<T>(
  connection: DatabaseConnection,
  lock: number,
  work: () => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    ...sessionOf({ url: connection.url }, 'lock'),
    connectionTimeoutMillis: 10_000,
  });
  // The statements of `work` run in sessions of their own, and tell by themselves if the database is gone.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lock]);
    return await work();
  } finally {
    // The lock goes with its session.
    await client.end();
  }
}

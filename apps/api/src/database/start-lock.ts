import pg from 'pg';
import { type DatabaseConnection, sessionOf } from './connection.js';

/** What processes that start together do one after the other. */
export type StartLock = 'environment-key' | 'first-admin';

/** As Postgres reads an interval: long enough for another process that starts, and short enough to be noticed. */
export const START_LOCK_WAIT = '15 seconds';

/** SQLSTATE of a lock that was not to be had in time. */
export const LOCK_KEPT = 'AU005';

/** Another session keeps a lock that this start needs. The message names the session. */
export class StartLockedError extends Error {
  override readonly name = 'StartLockedError';

  constructor(reason: string) {
    super(`${reason}. If that session is no server that is starting, end it and start again`);
  }
}

/**
 * Does `work` while no other process holds `lock`. The lock is a row which only the function `registry_lock` touches; it goes with
 * its transaction.
 *
 * @throws StartLockedError where another session keeps it for 15 s
 */
export async function withStartLock<T>(
  connection: DatabaseConnection,
  lock: StartLock,
  work: () => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ ...sessionOf(connection, 'lock'), connectionTimeoutMillis: 10_000 });
  // The statements of `work` run in sessions of their own, and fail by themselves if the database is gone.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0');
    await client.query('SELECT public.registry_lock($1, $2)', [lock, START_LOCK_WAIT]);
    return await work();
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === LOCK_KEPT)
      throw new StartLockedError(error.message);
    throw error;
  } finally {
    // The lock goes with its session.
    await client.end();
  }
}

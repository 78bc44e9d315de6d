import pg from 'pg';
import { type DatabaseConnection, newSession, sessionOf } from './connection.js';

/** The steps that processes which start together do one after the other. */
export type StartLock = 'environment-key' | 'first-admin';

/**
 * A Postgres interval. It is long enough for another process to start, and short enough for a person to notice the
 * cause.
 */
export const START_LOCK_WAIT = '15 seconds';

/** SQLSTATE for a lock that was not free in time. */
export const LOCK_KEPT = 'AU005';

/** Another session holds a lock that this start needs. The message names the session. */
export class StartLockedError extends Error {
  override readonly name = 'StartLockedError';

  constructor(reason: string) {
    super(`${reason}. If that session is not a starting server, end it and start again`);
  }
}

/**
 * Does `work` while no other process holds `lock`. The lock is a row that only the function `registry_lock` uses. It is
 * released when its transaction ends.
 *
 * @throws StartLockedError another session holds it for 15 s
 */
export async function withStartLock<T>(
  connection: DatabaseConnection,
  lock: StartLock,
  work: () => Promise<T>,
): Promise<T> {
  const client = newSession({ ...sessionOf(connection, 'lock'), connectionTimeoutMillis: 10_000 });
  // The statements of `work` run in their own sessions, and fail by themselves if the database is gone.
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
    // Closing the session releases the lock.
    await client.end();
  }
}

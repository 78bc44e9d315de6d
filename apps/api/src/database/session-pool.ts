import { Logger } from '@nestjs/common';
import pg from 'pg';
import type { SessionSettings } from './connection.js';
import { type NamedStatement, rowsOf } from './prepared-query.js';

/** @param sessions the maximum number of sessions */
export function openPool(settings: SessionSettings, sessions: number): pg.Pool {
  const logger = new Logger('PrismaService');
  const pool = new pg.Pool({ ...settings, max: sessions });
  // A session that breaks while a request uses it reports that to the request, too.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', (error) => logger.warn(`an idle database connection was lost: ${error.message}`));
  return pool;
}

/** How many further statements would get a session at once; 0 or less: the next one waits. */
export function freeSessions({ options, totalCount, idleCount, waitingCount }: pg.Pool): number {
  return options.max - totalCount + idleCount - waitingCount;
}

/** The rows of a statement that has a session to itself. */
export async function rowsInPool<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  statement: NamedStatement,
): Promise<Row[]> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    return await rowsOf<Row>(client, statement);
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    // After an error the session is closed: its answer may still be on the way.
    client.release(failure);
  }
}

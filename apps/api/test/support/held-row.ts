import type pg from 'pg';
import type { TestApp } from './app.js';

const held: pg.PoolClient[] = [];

/** Locks one row in a transaction of the database's owner, until {@link releaseRows}. */
export async function holdRow(
  test: TestApp,
  table: 'coordinators' | 'jobs' | 'workspaces',
  id: string,
): Promise<void> {
  const client = await test.database.owner.connect();
  held.push(client);
  await client.query('BEGIN');
  await client.query(`SELECT FROM public.${table} WHERE id = $1 FOR UPDATE`, [id]);
}

/** For `afterEach`. */
export async function releaseRows(): Promise<void> {
  for (const client of held.splice(0)) {
    await client.query('ROLLBACK');
    client.release();
  }
}

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { MIGRATIONS_DIRECTORY } from '../../src/database/migrations.js';
import { createTestDatabase, type TestDatabase, testSession } from '../support/database.js';

const DIRECTORY = join(MIGRATIONS_DIRECTORY, '../functions');
const NAMES = (await readdir(DIRECTORY)).map((file) => file.replace(/\.sql$/, ''));

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client(testSession(database.ownerUrl));
  await client.connect();
});

afterAll(async () => {
  await client?.end();
  await database?.drop();
});

/** As Postgres writes them, by name. */
async function definitions(): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT proname AS name, pg_get_functiondef(oid) AS definition FROM pg_proc WHERE pronamespace = 'public'::regnamespace`,
  );
  return Object.fromEntries(rows.map(({ name, definition }) => [name, definition]));
}

describe('functions of a migrated database', () => {
  it('are the files of prisma/functions', async () => {
    expect(Object.keys(await definitions()).sort()).toEqual(NAMES.sort());
    expect(NAMES.length).toBeGreaterThan(40);
  });

  it('have the bodies of those files', async () => {
    const migrated = await definitions();
    await client.query('BEGIN');
    for (const name of NAMES) await client.query(await readFile(join(DIRECTORY, `${name}.sql`), 'utf8'));
    const written = await definitions();
    await client.query('ROLLBACK');
    expect(written).toEqual(migrated);
  });
});

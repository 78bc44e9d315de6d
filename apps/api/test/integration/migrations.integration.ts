import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { applyMigrations, MIGRATIONS_DIRECTORY } from '../../src/database/migrations.js';
import { createTestDatabase, type TestDatabase, testSession } from '../support/database.js';

interface Row {
  id: string;
  checksum: string;
  finished_at: Date | null;
  migration_name: string;
  logs: string | null;
  rolled_back_at: Date | null;
  started_at: Date;
  applied_steps_count: number;
}

describe('migrations', () => {
  let directory: string;
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'registry-migrations-'));
  });
  afterAll(async () => {
    await rm(directory, { recursive: true });
  });
  beforeEach(async () => {
    database = await createTestDatabase({ migrated: false });
    client = new pg.Client(testSession(database.ownerUrl));
    await client.connect();
  });
  afterEach(async () => {
    await client.end();
    await database.drop();
  });

  async function rows(): Promise<Row[]> {
    return (await client.query<Row>('SELECT * FROM _prisma_migrations ORDER BY started_at, migration_name'))
      .rows;
  }

  async function copyWith(extra: Record<string, string>): Promise<string> {
    const copy = await mkdtemp(join(directory, 'migrations-'));
    await cp(MIGRATIONS_DIRECTORY, copy, { recursive: true });
    for (const [name, sql] of Object.entries(extra)) {
      await mkdir(join(copy, name), { recursive: true });
      await writeFile(join(copy, name, 'migration.sql'), sql);
    }
    return copy;
  }

  it('write the same rows as `prisma migrate deploy`', async () => {
    const names = (await readdir(MIGRATIONS_DIRECTORY, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();

    expect(await applyMigrations(database.ownerUrl)).toEqual({ applied: names, edited: [] });

    const columns = await client.query(
      `SELECT column_name, data_type, character_maximum_length, is_nullable, column_default
       FROM information_schema.columns WHERE table_name = '_prisma_migrations' ORDER BY ordinal_position`,
    );
    expect(columns.rows.map((row) => Object.values(row))).toEqual([
      ['id', 'character varying', 36, 'NO', null],
      ['checksum', 'character varying', 64, 'NO', null],
      ['finished_at', 'timestamp with time zone', null, 'YES', null],
      ['migration_name', 'character varying', 255, 'NO', null],
      ['logs', 'text', null, 'YES', null],
      ['rolled_back_at', 'timestamp with time zone', null, 'YES', null],
      ['started_at', 'timestamp with time zone', null, 'NO', 'now()'],
      ['applied_steps_count', 'integer', null, 'NO', '0'],
    ]);
    const written = await rows();
    expect(written.map((row) => row.migration_name)).toEqual(names);
    for (const row of written) {
      const file = await readFile(join(MIGRATIONS_DIRECTORY, row.migration_name, 'migration.sql'));
      expect(row).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        checksum: createHash('sha256').update(file).digest('hex'),
        finished_at: expect.any(Date),
        migration_name: row.migration_name,
        logs: null,
        rolled_back_at: null,
        started_at: expect.any(Date),
        applied_steps_count: 1,
      });
    }
  });

  it('do nothing when the schema is current', async () => {
    await applyMigrations(database.ownerUrl);
    const before = await rows();
    expect(await applyMigrations(database.ownerUrl)).toEqual({ applied: [], edited: [] });
    expect(await rows()).toEqual(before);
  });

  it('are applied once by several processes', async () => {
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => applyMigrations(database.ownerUrl)));
    expect(outcomes.filter(({ applied }) => applied.length > 0)).toHaveLength(1);
    const names = (await rows()).map((row) => row.migration_name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('run a script with functions in one transaction', async () => {
    const copy = await copyWith({
      '20990101000000_function': `CREATE FUNCTION one() RETURNS int LANGUAGE plpgsql AS $$ BEGIN NULL; RETURN 1; END; $$;
        CREATE TABLE made_by_it (id int);`,
    });
    await applyMigrations(database.ownerUrl, copy);
    expect((await client.query('SELECT one()')).rows).toEqual([{ one: 1 }]);
  });

  it('report an edited migration and continue, as Prisma does', async () => {
    await applyMigrations(database.ownerUrl);
    const [first] = await rows();
    if (first === undefined) throw new Error('no migration');
    const copy = await copyWith({ [first.migration_name]: '-- edited', '20990101000000_next': 'SELECT 1' });
    expect(await applyMigrations(database.ownerUrl, copy)).toEqual({
      applied: ['20990101000000_next'],
      edited: [first.migration_name],
    });
  });

  it('name the failed migration, roll it back, and refuse to continue', async () => {
    const copy = await copyWith({
      '20990101000000_broken': `CREATE TABLE half (id int); DO $$ BEGIN RAISE EXCEPTION 'on purpose'; END $$;`,
      '20990101000001_after': 'CREATE TABLE after_it (id int);',
    });
    await expect(applyMigrations(database.ownerUrl, copy)).rejects.toThrow(
      /20990101000000_broken.*on purpose/s,
    );
    expect((await rows()).at(-1)).toMatchObject({
      migration_name: '20990101000000_broken',
      finished_at: null,
      rolled_back_at: null,
      applied_steps_count: 0,
      logs: expect.stringContaining('on purpose'),
    });
    const { rows: tables } = await client.query(
      `SELECT to_regclass('half') AS half, to_regclass('after_it') AS after`,
    );
    expect(tables).toEqual([{ half: null, after: null }]);

    await expect(applyMigrations(database.ownerUrl, copy)).rejects.toThrow(
      /failed migrations in the target database.*20990101000000_broken/s,
    );
  });
});

import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { applyMigrations, MIGRATIONS_DIRECTORY } from '../../src/database/migrations.js';
import { StartLockedError, withStartLock } from '../../src/database/start-lock.js';
import { type AuditDatabase, openAuditDatabase, partitionsOf } from '../integration/audit-fixture.js';
import { CHANGE, Machine } from '../integration/sealing-fixture.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let created: TestDatabase;
let database: AuditDatabase;
let machine: Machine;

beforeEach(async () => {
  created = await createTestDatabase();
  database = await openAuditDatabase(created);
  machine = await Machine.over(database);
});

afterEach(async () => {
  await machine?.close();
  await database?.close();
});

it('advisory locks of the API login stop neither the sealer, nor a start, nor new partitions', async () => {
  const client = await database.api.connect();
  try {
    await client.query(`SELECT pg_advisory_lock(it) FROM generate_series(4711000, 4711200) AS it`);
    await client.query(
      `SELECT pg_advisory_lock(hashtextextended('coordinator-registry/' || it, 0))
       FROM unnest(ARRAY['audit_log_ensure_partitions', 'audit_retain']) AS it`,
    );
    await database.api.query(CHANGE);
    expect(await machine.sealer().turn()).toMatchObject({ elected: true, sealed: 1 });
    expect(await withStartLock(database.connection, 'first-admin', async () => 'done')).toBe('done');
    const last = (await partitionsOf(database)).at(-1);
    await database.superuser.query(`DROP TABLE public.${last}`);
    await database.api.query('SELECT public.audit_log_ensure_partitions()');
    expect(await partitionsOf(database)).toContain(last);
    expect((await database.api.query('SELECT public.audit_retain() AS month')).rows).toEqual([
      { month: null },
    ]);
  } finally {
    client.release(true);
  }
});

it('a start ends with an error that names the session holding its lock', async () => {
  const client = await database.api.connect();
  try {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await client.query('BEGIN');
    await client.query("SELECT public.registry_lock('first-admin', '1 second')");
    const start = withStartLock(database.connection, 'first-admin', async () => 'done');
    await expect(start).rejects.toThrow(StartLockedError);
    await expect(start).rejects.toThrow(new RegExp(`within 15 s; held by session ${rows[0]?.pid} \\(login `));
    await client.query('ROLLBACK');
    expect(await withStartLock(database.connection, 'first-admin', async () => 'done')).toBe('done');
  } finally {
    client.release(true);
  }
});

it('a migration names the session that holds its lock, and continues after it', async () => {
  const client = await database.api.connect();
  try {
    const { rows } = await client.query<{ pid: number }>(
      'SELECT pg_backend_pid() AS pid, pg_advisory_lock(72707369)',
    );
    const said = new Promise<string>((resolve, reject) => {
      applyMigrations(created.ownerUrl, undefined, resolve).then(
        () => reject(new Error('it did not wait')),
        reject,
      );
    });
    expect(await said).toMatch(new RegExp(`^waiting for session ${rows[0]?.pid} \\(login `));
    await client.query('SELECT pg_advisory_unlock(72707369)');
    expect(await applyMigrations(created.ownerUrl)).toEqual({ applied: [], edited: [] });
  } finally {
    client.release(true);
  }
});

it('a migration names the transaction that locks a table, and continues after it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'registry-migrations-'));
  const client = await database.api.connect();
  try {
    await cp(MIGRATIONS_DIRECTORY, directory, { recursive: true });
    await mkdir(join(directory, '29990101000000_later'));
    await writeFile(
      join(directory, '29990101000000_later/migration.sql'),
      'ALTER TABLE public.jobs ADD COLUMN later text;',
    );
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await client.query('BEGIN');
    await client.query('SELECT FROM public.jobs');
    let said: (line: string) => void = () => undefined;
    const line = new Promise<string>((resolve) => {
      said = resolve;
    });
    const applied = applyMigrations(created.ownerUrl, directory, (it) => said(it));
    const silence = sleep(30_000, 'nothing was said', { ref: false });
    expect(await Promise.race([line, silence])).toMatch(
      new RegExp(`^the migration waits for session ${rows[0]?.pid} \\(login `),
    );
    await client.query('ROLLBACK');
    expect(await applied).toEqual({ applied: ['29990101000000_later'], edited: [] });
  } finally {
    client.release(true);
    await rm(directory, { recursive: true });
  }
});

describe('locks of the audit log', () => {
  it.each([
    ['the lock of partitions', "SELECT public.registry_lock('partitions', '1 second')", 'AU002'],
    ['a lock of no name', "SELECT public.registry_lock(NULL, '1 second')", 'AU002'],
    ['the table of locks', 'SELECT FROM public.registry_locks FOR UPDATE', '42501'],
    ['the table of locks as a whole', 'LOCK TABLE public.registry_locks', '42501'],
    ['the function behind them', "SELECT public.audit_take_lock('partitions', '1 second')", '42501'],
  ])('the API login cannot take %s', async (_, statement, code) => {
    const client = await database.api.connect();
    try {
      await client.query('BEGIN');
      await expect(client.query(statement)).rejects.toMatchObject({ code });
    } finally {
      client.release(true);
    }
  });
});

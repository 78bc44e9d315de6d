import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { sessionOf } from './connection.js';
import { type MigrationList, openSchemaEngine } from './schema-engine.js';

/** `prisma/migrations` of the repository. `src/database` and `dist/database` have the same depth. */
export const MIGRATIONS_DIRECTORY = fileURLToPath(new URL('../../../../prisma/migrations', import.meta.url));

/** The advisory lock that Prisma's own `migrate` takes. Sharing it makes the two exclude each other. */
const MIGRATION_LOCK = 72707369;

/**
 * How long to wait for the migrations of another process: before a log line names that session, and before giving up.
 */
const SAY_AFTER_MS = 5_000;
const MAX_WAIT_MS = 600_000;
const ASK_EVERY_MS = 250;

const NO_FILTERS = { externalTables: [], externalEnums: [] };

/** Migrations could not be applied. The message is Prisma's own. */
export class MigrationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MigrationError';
  }
}

export interface AppliedMigrations {
  /** names of the migrations applied by this call, in order */
  applied: string[];
  /** names of applied migrations whose file has changed since: Prisma warns about them and continues */
  edited: string[];
}

export interface SchemaState {
  /** names of migrations that the database lacks or that failed half-way */
  missing: string[];
  /** names of applied migrations whose file has changed since */
  edited: string[];
}

interface Migration {
  name: string;
  sql: string;
}

/**
 * Does what `prisma migrate deploy` does, through Prisma's own engine: the same lock, and the same rows in
 * `_prisma_migrations`. Processes that start together wait for each other. A current schema is not changed.
 *
 * @param url a login that owns the database
 * @param say receives what the migration waits for, if it takes long
 * @throws MigrationError a migration failed, now or earlier; or another session holds the lock for ten minutes
 */
export async function applyMigrations(
  url: string,
  directory: string = MIGRATIONS_DIRECTORY,
  say: (line: string) => void = () => undefined,
): Promise<AppliedMigrations> {
  const migrations = await readMigrations(directory);
  const pool = new pg.Pool({
    ...sessionOf({ url }, 'migrations'),
    max: 1,
    // The lock ends with its session.
    idleTimeoutMillis: 0,
  });
  let lost: Error | undefined;
  pool.on('error', (error) => {
    lost = error;
  });
  try {
    // Take the lock before the engine does: here the wait may last as long as another process needs for its migrations.
    await takeLock(pool, say);
    const state = await compare(pool, migrations);
    if (state.missing.length === 0) return { applied: [], edited: state.edited };
    const engine = await openSchemaEngine(pool);
    const stopWatching = await watchForBlocker(url, pool, say);
    try {
      const { appliedMigrationNames } = await engine.applyMigrations({
        migrationsList: await migrationList(directory, migrations),
        filters: NO_FILTERS,
      });
      return { applied: appliedMigrationNames, edited: state.edited };
    } finally {
      await stopWatching();
      engine.free();
    }
  } catch (error) {
    throw new MigrationError(explain(lost ?? error), { cause: error });
  } finally {
    await pool.end();
  }
}

async function takeLock(pool: pg.Pool, say: (line: string) => void): Promise<void> {
  const began = performance.now();
  for (let said = false; ; ) {
    const { rows } = await pool.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      MIGRATION_LOCK,
    ]);
    if (rows[0]?.taken) return;
    const waited = performance.now() - began;
    if (waited > MAX_WAIT_MS) {
      throw new Error(`${await lockHolder(pool)} has held the lock for migrations for ten minutes`);
    }
    if (!said && waited > SAY_AFTER_MS) {
      said = true;
      say(`waiting for ${await lockHolder(pool)}, which holds the lock for migrations`);
    }
    await sleep(ASK_EVERY_MS);
  }
}

async function lockHolder(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ holder: string | null }>(
    `SELECT string_agg(${SESSION}, ', ') AS holder
     FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND classid = 0 AND objid = $1`,
    [MIGRATION_LOCK],
  );
  return rows[0]?.holder ?? 'another session';
}

/**
 * Reports which session blocks a migration, once the migration has waited for a table. Every session that has read the
 * table blocks it until its transaction ends. There is no timeout, because a failed migration must be resolved by hand.
 *
 * @returns a function that ends the watch
 */
async function watchForBlocker(
  url: string,
  pool: pg.Pool,
  say: (line: string) => void,
): Promise<() => Promise<void>> {
  const { rows } = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const watcher = new pg.Pool({ ...sessionOf({ url }, 'migrations'), max: 1 });
  // A failing watch must not stop a migration.
  watcher.on('error', () => undefined);
  const timer = setInterval(async () => {
    const asked = watcher.query<{ blocker: string | null }>(BLOCKERS, [rows[0]?.pid]);
    const blocker = await asked.then((it) => it.rows[0]?.blocker).catch(() => undefined);
    if (blocker) say(`the migration waits for ${blocker} to end a transaction`);
  }, SAY_AFTER_MS);
  return async () => {
    clearInterval(timer);
    await watcher.end();
  };
}

const SESSION = `format('session %s (login %s, application "%s")', pid, usename, application_name)`;

const BLOCKERS = `
  SELECT string_agg(${SESSION}, ', ') AS blocker
  FROM pg_stat_activity WHERE pid = ANY (pg_blocking_pids($1))`;

/** Compares the schema that `client` sees with the migrations on disk. */
export async function compareSchema(
  client: pg.ClientBase,
  directory: string = MIGRATIONS_DIRECTORY,
): Promise<SchemaState> {
  return await compare(client, await readMigrations(directory));
}

async function compare(client: pg.ClientBase | pg.Pool, migrations: Migration[]): Promise<SchemaState> {
  const {
    rows: [table],
  } = await client.query<{ exists: boolean }>(
    `SELECT to_regclass('public._prisma_migrations') IS NOT NULL AS "exists"`,
  );
  const { rows } = table?.exists
    ? await client.query<{ name: string; checksum: string; finished: boolean }>(
        `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
         FROM public._prisma_migrations WHERE rolled_back_at IS NULL`,
      )
    : { rows: [] };
  const finished = new Map(rows.filter((row) => row.finished).map((row) => [row.name, row.checksum]));
  // A failed row counts as missing even if its file no longer exists: Prisma applies no migration after it.
  const failed = rows.filter((row) => !row.finished && !finished.has(row.name)).map((row) => row.name);
  return {
    missing: [
      ...new Set([...failed, ...migrations.map((it) => it.name).filter((name) => !finished.has(name))]),
    ],
    edited: migrations
      .filter(({ name, sql }) => finished.has(name) && finished.get(name) !== sha256(sql))
      .map((it) => it.name),
  };
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return await Promise.all(
    names.map(async (name) => ({
      name,
      sql: await readFile(join(directory, name, 'migration.sql'), 'utf8'),
    })),
  );
}

async function migrationList(directory: string, migrations: Migration[]): Promise<MigrationList> {
  return {
    baseDir: directory,
    lockfile: {
      path: 'migration_lock.toml',
      content: await readFile(join(directory, 'migration_lock.toml'), 'utf8'),
    },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
    })),
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * The engine's message without the trace of its own source files, plus the migration's name, which only the trace
 * contains.
 */
function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const name = /migration_name="([^"]+)"/.exec(message)?.[1];
  const reason = (message.split(/\n\s+0: /)[0] ?? message).replace(/^external connector error\n/, '').trim();
  if (name === undefined) return reason;
  return (
    'A migration failed to apply. New migrations cannot be applied before the error is recovered from: ' +
    `https://pris.ly/d/migrate-resolve. Migration name: ${name}. ${reason}`
  );
}

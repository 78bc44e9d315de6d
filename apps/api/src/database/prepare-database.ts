import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LoggerService } from '@nestjs/common';
import type pg from 'pg';
import type { AppConfig } from '../config/app-config.js';
import { API_ROLE, type DatabaseConnection, newSession, placeOf, sessionOf } from './connection.js';
import { DatabaseNotReadyError } from './database-not-ready.error.js';
import { CLUSTER_DIRECTORY } from './embedded/cluster.js';
import { EmbeddedPostgres } from './embedded/embedded-postgres.js';
import { apiUrlOf, ensureApiLogin, ensureRegistryDatabase } from './embedded/registry-database.js';
import { applyMigrations, compareSchema } from './migrations.js';
import { requireSessionSettings } from './session-settings.js';

export type Log = Pick<LoggerService, 'log' | 'warn' | 'error'>;
type DatabaseConfig = Pick<AppConfig, 'databaseUrl' | 'databaseMigrationUrl' | 'dataDir'>;

/** A setting that is stored in the database and that only the owner may change. */
export interface OwnerSetting {
  /** runs in the owner's session, once the schema is current */
  set(owner: pg.Client): Promise<void>;
  /** runs in a read-only session: warns if the value in the database differs */
  compare(reader: pg.Client, log: Log): Promise<void>;
}

export interface PreparedDatabase {
  connection: DatabaseConnection;
  /** releases the embedded Postgres; call it after the last connection is closed */
  stop(): Promise<void>;
}

const OLDEST_SERVER = 150_000;

/**
 * Prepares a database with the current schema and a connection for the API. There are four kinds:
 * - no URL: the embedded Postgres, with its own logins;
 * - `databaseMigrationUrl` and `databaseUrl`: the first migrates, the second serves;
 * - `databaseUrl` of an owner: it migrates and serves, and the sessions set the API's role;
 * - `databaseUrl` of a login that may not migrate: it serves if the schema is current.
 *
 * @param options.setting omit it to keep the stored value
 * @param options.create whether to create an embedded Postgres if there is none: true for the server, false for other
 * commands
 * @throws DatabaseNotReadyError, MigrationError, EmbeddedPostgresError
 */
export async function prepareDatabase(
  config: DatabaseConfig,
  log: Log,
  { setting, create }: { setting?: OwnerSetting; create: boolean },
): Promise<PreparedDatabase> {
  const { databaseUrl, databaseMigrationUrl, dataDir } = config;
  if (databaseUrl === undefined) {
    if (!create) requireCluster(dataDir);
    return await prepareEmbedded(dataDir, log, setting);
  }

  if (databaseMigrationUrl !== undefined) await migrate(databaseMigrationUrl, log, setting);

  const login = await examine(databaseUrl);
  if (databaseMigrationUrl === undefined && login.owner) await migrate(databaseUrl, log, setting);
  await requireServable(databaseUrl, log, setting);
  return { connection: connectionFor(databaseUrl, login, log), stop: async () => undefined };
}

/**
 * Opens the database as it is, for a command that only reads. It creates, migrates and grants nothing. An embedded
 * Postgres runs while this is open.
 *
 * @throws DatabaseNotReadyError there is no embedded Postgres yet
 */
export async function openDatabase(
  { databaseUrl, dataDir }: DatabaseConfig,
  log: Log,
): Promise<PreparedDatabase> {
  if (databaseUrl !== undefined) {
    return { connection: { url: databaseUrl }, stop: async () => undefined };
  }
  requireCluster(dataDir);
  const postgres = await EmbeddedPostgres.open(dataDir, log);
  return { connection: { url: apiUrlOf(postgres) }, stop: async () => await postgres.release() };
}

/** Describes which database a configuration names, for a person to read and without a password. */
export function describeDatabase({ databaseUrl, dataDir }: DatabaseConfig): string {
  return databaseUrl === undefined ? `the database in ${dataDir}` : placeOf(databaseUrl);
}

function requireCluster(dataDir: string): void {
  if (existsSync(join(dataDir, CLUSTER_DIRECTORY))) return;
  throw new DatabaseNotReadyError(
    `there is no database in ${dataDir}. Set DATA_DIR to the directory of the server, or DATABASE_URL; ` +
      'a new database is created by the first `npm start`',
  );
}

/**
 * Brings the schema behind `url` up to date.
 *
 * @param setting omit it to keep the stored value
 * @throws DatabaseNotReadyError the server is too old, or cannot be reached
 * @throws MigrationError a migration failed, now or earlier
 */
export async function migrate(url: string, log: Log, setting?: OwnerSetting): Promise<void> {
  await examine(url);
  const { applied, edited } = await applyMigrations(url, undefined, (line) => log.warn(line));
  warnOfEdited(edited, log);
  if (applied.length > 0) log.log(`applied migrations: ${applied.join(', ')}`);
  if (setting !== undefined) await withClient(url, (owner) => setting.set(owner));
}

function warnOfEdited(edited: string[], log: Log): void {
  if (edited.length === 0) return;
  log.warn(`these migrations have been modified since they were applied: ${edited.join(', ')}`);
}

async function prepareEmbedded(
  dataDir: string,
  log: Log,
  setting: OwnerSetting | undefined,
): Promise<PreparedDatabase> {
  const postgres = await EmbeddedPostgres.open(dataDir, log);
  try {
    const urls = await ensureRegistryDatabase(postgres);
    await migrate(urls.owner, log, setting);
    await ensureApiLogin(postgres);
    return { connection: { url: urls.api }, stop: async () => await postgres.release() };
  } catch (error) {
    await postgres.release();
    throw error;
  }
}

interface Login {
  name: string;
  /** may change the schema, and therefore also the guards of the audit log */
  owner: boolean;
}

async function examine(url: string): Promise<Login> {
  return await withClient(url, async (client) => {
    await requireSessionSettings(client, placeOf(url));
    const {
      rows: [row],
    } = await client.query<{ version: number; text: string; name: string; owner: boolean }>(`
      SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS text,
             current_user AS name,
             login.rolsuper
               OR pg_has_role(database.datdba, 'MEMBER')
               OR coalesce((SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class
                            WHERE oid = to_regclass('public._prisma_migrations')), false) AS owner
      FROM pg_database AS database, pg_roles AS login
      WHERE database.datname = current_database() AND login.rolname = current_user`);
    if (row === undefined)
      throw new DatabaseNotReadyError(`${placeOf(url)} did not return the name of the login`);
    if (row.version < OLDEST_SERVER) {
      throw new DatabaseNotReadyError(`${placeOf(url)} is PostgreSQL ${row.text}; 15 or newer is needed`);
    }
    return { name: row.name, owner: row.owner };
  });
}

async function requireServable(url: string, log: Log, setting: OwnerSetting | undefined): Promise<void> {
  await withClient(url, async (client) => {
    const {
      rows: [row],
    } = await client.query<{ name: string; member: boolean; reads: boolean }>(
      `SELECT current_user AS name,
              coalesce((SELECT pg_has_role(oid, 'MEMBER') FROM pg_roles WHERE rolname = $1), false) AS member,
              coalesce(has_table_privilege(to_regclass('public._prisma_migrations'), 'SELECT'), false) AS reads`,
      [API_ROLE],
    );
    if (!row?.member) {
      throw new DatabaseNotReadyError(
        `the login ${row?.name} of DATABASE_URL is not a member of the role ${API_ROLE}: ` +
          `run \`npm run db:migrate\` as the database's owner, then GRANT ${API_ROLE} TO that login`,
      );
    }
    const { missing, edited } = row.reads
      ? await compareSchema(client)
      : { missing: ['all of them'], edited: [] };
    if (missing.length > 0) {
      throw new DatabaseNotReadyError(
        `the schema of ${placeOf(url)} is not current and the login ${row.name} cannot migrate it: ` +
          `run \`npm run db:migrate\` with DATABASE_MIGRATION_URL set to the owner's login (missing: ${missing.join(', ')})`,
      );
    }
    warnOfEdited(edited, log);
    await setting?.compare(client, log);
  });
}

function connectionFor(url: string, login: Login, log: Log): DatabaseConnection {
  if (!login.owner) return { url };
  log.warn(
    `DATABASE_URL is the login ${login.name}, which owns the database: its sessions use the role ${API_ROLE}, but can return ` +
      `to the owner's role. Give the API its own login (GRANT ${API_ROLE} TO …) and set DATABASE_MIGRATION_URL to the owner's.`,
  );
  return { url, role: API_ROLE };
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = newSession({ ...sessionOf({ url }, 'start'), connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatabaseNotReadyError(`cannot reach ${placeOf(url)}: ${reason}`);
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@coordinator-registry/api/database/embedded/embedded-postgres.js';
import { REGISTRY_DATABASE } from '@coordinator-registry/api/database/embedded/registry-database.js';
import { prepareDatabase } from '@coordinator-registry/api/database/prepare-database.js';
import pg from 'pg';
import { cpuMicrosOfFamily } from '../load/cpu.js';

/** More sessions, for pgbench. All other settings are those of `npm start`. */
const SETTINGS = { max_connections: '400' };

const QUIET = {
  log: () => undefined,
  warn: () => undefined,
  error: (message: unknown) => process.stderr.write(`${message}\n`),
};

/** The environment of all measurements: a directory with the embedded PostgreSQL and the migrated database of the registry. */
export class Stage {
  private constructor(
    readonly dataDir: string,
    readonly postgres: EmbeddedPostgres,
    /** sessions of the superuser in the registry's database, for changes that the API may not make; idle ones close at once */
    readonly registry: pg.Pool,
    /** the login that the product's server uses */
    readonly apiUrl: string,
    private readonly stopProduct: () => Promise<void>,
  ) {}

  static async open(): Promise<Stage> {
    const dataDir = await mkdtemp(join(tmpdir(), 'coordinator-registry-bench-'));
    // With the default mode of mkdtemp, another user could not enter, and PostgreSQL may run as one.
    await chmod(dataDir, 0o755);
    const postgres = await EmbeddedPostgres.open(dataDir, QUIET, { settings: SETTINGS });
    const { connection, stop } = await prepareDatabase({ dataDir }, QUIET, { create: true });
    const registry = openPool(postgres.superuserUrl(REGISTRY_DATABASE), 4, 100);
    return new Stage(dataDir, postgres, registry, connection.url, stop);
  }

  /** Creates an empty database for a contestant with its own tables. @returns its URL, with the superuser's login */
  async createDatabase(name: string): Promise<string> {
    await this.asSuperuser(`CREATE DATABASE ${name}`);
    return this.postgres.superuserUrl(name);
  }

  /** Copies the registry's database. No server may be connected to it. */
  async cloneRegistry(name: string): Promise<string> {
    await this.asSuperuser(`CREATE DATABASE ${name} TEMPLATE ${REGISTRY_DATABASE}`);
    return this.postgres.superuserUrl(name);
  }

  /** Processor time that PostgreSQL has used so far; undefined where there is no `/proc`. */
  async postgresMicros(): Promise<number | undefined> {
    const { rows } = await this.registry.query<{ pid: string | null }>(
      "SELECT (regexp_split_to_array(pg_read_file('postmaster.pid'), '\\n'))[1] AS pid",
    );
    return cpuMicrosOfFamily(Number(rows[0]?.pid));
  }

  private async asSuperuser(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.postgres.superuserUrl() });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  }

  async close(): Promise<void> {
    await this.registry.end();
    await this.stopProduct();
    await this.postgres.release();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

export function openPool(connectionString: string, max: number, idleTimeoutMillis = 60_000): pg.Pool {
  const pool = new pg.Pool({ connectionString, max, idleTimeoutMillis });
  pool.on('error', () => undefined);
  return pool;
}

/** @returns a random name that is unique in practice */
export function randomName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}

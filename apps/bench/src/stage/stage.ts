import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '@coordinator-registry/api/database/embedded/embedded-postgres.js';
import { REGISTRY_DATABASE } from '@coordinator-registry/api/database/embedded/registry-database.js';
import { prepareDatabase } from '@coordinator-registry/api/database/prepare-database.js';
import pg from 'pg';

/** Room for pgbench's sessions beside the others; nothing else differs from what `npm start` starts. */
const SETTINGS = { max_connections: '400' };

const QUIET = {
  log: () => undefined,
  warn: () => undefined,
  error: (message: unknown) => process.stderr.write(`${message}\n`),
};

/** What everything is played on: a directory of its own, the embedded PostgreSQL in it, the registry's database migrated. */
export class Stage {
  private constructor(
    readonly dataDir: string,
    readonly postgres: EmbeddedPostgres,
    /** sessions of the superuser in the registry's database, for what no API may do; idle ones close at once */
    readonly registry: pg.Pool,
    /** the login that the product's server uses */
    readonly apiUrl: string,
    private readonly stopProduct: () => Promise<void>,
  ) {}

  static async open(): Promise<Stage> {
    const dataDir = await mkdtemp(join(tmpdir(), 'coordinator-registry-bench-'));
    // mkdtemp's own mode would keep the server's user out, where that is another than ours.
    await chmod(dataDir, 0o755);
    const postgres = await EmbeddedPostgres.open(dataDir, QUIET, { settings: SETTINGS });
    const { connection, stop } = await prepareDatabase({ dataDir }, QUIET, { create: true });
    const registry = openPool(postgres.superuserUrl(REGISTRY_DATABASE), 4, 100);
    return new Stage(dataDir, postgres, registry, connection.url, stop);
  }

  /** An empty database on the same server, for a contestant that brings tables of its own. @returns its URL, a superuser's */
  async createDatabase(name: string): Promise<string> {
    await this.asSuperuser(`CREATE DATABASE ${name}`);
    return this.postgres.superuserUrl(name);
  }

  /** A copy of the registry's database; no server may be connected to it. */
  async cloneRegistry(name: string): Promise<string> {
    await this.asSuperuser(`CREATE DATABASE ${name} TEMPLATE ${REGISTRY_DATABASE}`);
    return this.postgres.superuserUrl(name);
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

/** Enough to be nobody else's. */
export function randomName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}

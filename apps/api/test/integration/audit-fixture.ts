import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Caller } from '../../src/common/access/caller.js';
import type { DatabaseConnection } from '../../src/database/connection.js';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { applyMigrations } from '../../src/database/migrations.js';
import { PrismaService } from '../../src/database/prisma.service.js';

const SILENT = { log: () => undefined, warn: () => undefined, error: () => undefined };

/** A database of its own with the three kinds of login: the cluster's superuser, the owner who migrates, and the API's. */
export interface AuditDatabase {
  superuser: pg.Pool;
  owner: pg.Pool;
  api: pg.Pool;
  apiLogin: string;
  connection: DatabaseConnection;
  prisma: PrismaService;
  close(): Promise<void>;
}

/** On the server of `AUDIT_TEST_SUPERUSER_URL` (PostgreSQL 15 or newer) where that is set, else on an embedded one. */
export async function openAuditDatabase(): Promise<AuditDatabase> {
  const server = await openServer();
  const suffix = randomBytes(4).toString('hex');
  const [name, ownerLogin, apiLogin] = [`test_${suffix}`, `test_owner_${suffix}`, `test_api_${suffix}`];
  const cluster = new pg.Pool({ connectionString: server.url, max: 1 });
  await cluster.query(`CREATE ROLE ${ownerLogin} LOGIN CREATEROLE PASSWORD 'owner'`);
  await adoptRoles(cluster, ownerLogin);
  await cluster.query(`CREATE DATABASE ${name} OWNER ${ownerLogin}`);
  const url = (user?: string, password?: string) => {
    const at = new URL(server.url);
    at.pathname = name;
    if (user !== undefined && password !== undefined) Object.assign(at, { username: user, password });
    return at.href;
  };
  await applyMigrations(url(ownerLogin, 'owner'));
  await cluster.query(`CREATE ROLE ${apiLogin} LOGIN PASSWORD 'api' IN ROLE coordinator_registry_app`);

  const connection = { url: url(apiLogin, 'api') };
  const pools = [url(), url(ownerLogin, 'owner'), connection.url].map(
    (connectionString) => new pg.Pool({ connectionString, max: 4 }),
  );
  const [superuser, owner, api] = pools;
  if (superuser === undefined || owner === undefined || api === undefined) throw new Error('no pools');
  const prisma = PrismaService.over(connection);
  return {
    superuser,
    owner,
    api,
    apiLogin,
    connection,
    prisma,
    close: async () => {
      await prisma.onModuleDestroy();
      for (const pool of pools) await pool.end();
      await cluster.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await cluster.query(`DROP ROLE ${apiLogin}`);
      await cluster.query(`DROP ROLE IF EXISTS ${ownerLogin}`).catch(() => undefined);
      await cluster.end();
      await server.stop();
    },
  };
}

/** Roles belong to the cluster: where another owner made them, this one has to be let in. */
async function adoptRoles(cluster: pg.Pool, owner: string): Promise<void> {
  for (const role of ['coordinator_registry_app', 'coordinator_registry_audit']) {
    const { rowCount } = await cluster.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
    if (rowCount === 1) await cluster.query(`GRANT ${role} TO ${owner} WITH ADMIN OPTION`);
  }
}

async function openServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const external = process.env.AUDIT_TEST_SUPERUSER_URL;
  if (external !== undefined) return { url: external, stop: async () => undefined };
  const directory = await mkdtemp(join(tmpdir(), 'coordinator-registry-audit-'));
  // as root, Postgres runs as another user, who must be able to get there
  await chmod(directory, 0o755);
  const postgres = await EmbeddedPostgres.open(join(directory, 'data'), SILENT, { durable: false });
  return {
    url: postgres.superuserUrl(),
    stop: async () => {
      await postgres.release();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The head of a statement that the system itself makes. */
export const AS_SYSTEM = `WITH ctx AS MATERIALIZED (
  SELECT public.set_audit_context('SYSTEM', NULL, 'test', NULL, NULL, NULL, NULL) AS ready)`;

/** Runs one INSERT … RETURNING id in the system's context. */
export async function insertId(pool: pg.Pool, statement: string, values: unknown[] = []): Promise<string> {
  const {
    rows: [row],
  } = await pool.query<{ id: string }>(`${AS_SYSTEM} ${statement} RETURNING id`, values);
  if (row === undefined) throw new Error('nothing was inserted');
  return row.id;
}

export function insertWorkspace(pool: pg.Pool): Promise<string> {
  return insertId(pool, 'INSERT INTO public.workspaces (slug, name) SELECT $1::text, $1 FROM ctx', [
    randomUUID(),
  ]);
}

export function insertCoordinator(pool: pg.Pool): Promise<string> {
  return insertId(
    pool,
    `INSERT INTO public.coordinators (name, permissions, rate_limit_per_minute)
     SELECT $1, '{jobs:read,jobs:write}', 100 FROM ctx`,
    [randomUUID()],
  );
}

export function insertKey(pool: pg.Pool, coordinatorId: string): Promise<string> {
  return insertId(
    pool,
    `INSERT INTO public.coordinator_keys (coordinator_id, kid, secret_hash) SELECT $1, $2, 'a-secret-hash' FROM ctx`,
    [coordinatorId, randomUUID()],
  );
}

export function insertJob(pool: pg.Pool, workspaceId: string, coordinatorId: string): Promise<string> {
  return insertId(
    pool,
    `INSERT INTO public.jobs (workspace_id, type, origin, created_by) SELECT $1, 'build', 'API', $2 FROM ctx`,
    [workspaceId, coordinatorId],
  );
}

/** An operator of that role, as the guard would have proven it. `workspaceIds` null: not limited. */
export async function operatorCaller(
  pool: pg.Pool,
  workspaceIds: string[] | null = null,
  role: 'ADMIN' | 'OPERATOR' = 'OPERATOR',
): Promise<Caller> {
  const kid = randomUUID();
  const id = await insertId(
    pool,
    `INSERT INTO public.operators (name, role, workspace_ids, key_id, kid, secret_hash)
     SELECT $1::text, $2::public.operator_role, $3::uuid[], public.uuid_v7(), $1, 'a-secret-hash' FROM ctx`,
    [kid, role, workspaceIds],
  );
  return {
    kind: 'operator',
    kid,
    keyId: randomUUID(),
    id,
    name: kid,
    permission: 'audit:read',
    rateLimitPerMinute: 600,
    requestId: randomUUID(),
    sourceAddress: '127.0.0.1',
    userAgent: null,
  };
}

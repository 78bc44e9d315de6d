import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Caller } from '../../src/common/access/caller.js';
import type { DatabaseConnection } from '../../src/database/connection.js';
import { PrismaService } from '../../src/database/prisma.service.js';
import { createTestDatabase, type TestDatabase, testSession } from '../support/database.js';

/** A database of its own, through the three kinds of login: the cluster's superuser, the owner who migrates, and the API's. */
export interface AuditDatabase {
  superuser: pg.Pool;
  owner: pg.Pool;
  api: pg.Pool;
  connection: DatabaseConnection;
  prisma: PrismaService;
  close(): Promise<void>;
  /** ends all sessions, and keeps the database */
  leave(): Promise<void>;
}

export async function openAuditDatabase(database?: TestDatabase): Promise<AuditDatabase> {
  return openedOver(database ?? (await createTestDatabase()));
}

function openedOver(database: TestDatabase): AuditDatabase {
  const [superuser, owner, api] = [
    poolOf(database.superuserUrl),
    poolOf(database.ownerUrl),
    poolOf(database.apiUrl),
  ] as const;
  const connection = { url: database.apiUrl };
  const prisma = PrismaService.over(connection);
  const leave = async () => {
    await prisma.onApplicationShutdown();
    for (const pool of [superuser, owner, api]) await pool.end();
  };
  return {
    superuser,
    owner,
    api,
    connection,
    prisma,
    leave,
    close: async () => {
      await leave();
      await database.drop();
    },
  };
}

function poolOf(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ ...testSession(connectionString), max: 4 });
  // its server side may be ended, with the database, before it has noticed
  pool.on('error', () => undefined);
  return pool;
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

/** Runs `work` in a transaction that is then rolled back. */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    return await work(client);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

export async function partitionsOf({ superuser }: AuditDatabase): Promise<string[]> {
  const { rows } = await superuser.query<{ name: string }>(
    "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'public.audit_log'::regclass ORDER BY 1",
  );
  return rows.map((it) => it.name);
}

/** A record, as far as these tests look at it. */
export interface Written {
  action: string;
  outcome: string;
  actor_type: string;
  resource_id: string;
  rev: number | null;
  workspace_id: string | null;
  changes: Record<string, { from: unknown; to: unknown }>;
}

/** What one statement adds to the log, in a transaction that is then rolled back. */
export async function writtenBy(
  { api }: Pick<AuditDatabase, 'api'>,
  statement: string,
  values: unknown[] = [],
  prepare: (client: pg.PoolClient) => Promise<unknown> = async () => undefined,
): Promise<Written[]> {
  const client = await api.connect();
  try {
    await client.query('BEGIN');
    await prepare(client);
    const { rows: before } = await client.query<{ id: string }>('SELECT id FROM public.audit_log');
    await client.query(statement, values);
    const { rows } = await client.query<Written>(
      `SELECT action, outcome, actor_type, resource_id, rev, workspace_id, changes FROM public.audit_log
       WHERE id <> ALL ($1) AND xid = pg_current_xact_id() ORDER BY id`,
      [before.map((it) => it.id)],
    );
    return rows;
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

/** A coordinator with a key, who may touch the workspaces, as the guard would hand it on. */
export async function coordinatorCaller(
  pool: pg.Pool,
  workspaceIds: string[],
  permission: Caller['permission'],
): Promise<Caller> {
  const id = await insertCoordinator(pool);
  const kid = randomUUID();
  const keyId = await insertId(
    pool,
    `INSERT INTO public.coordinator_keys (coordinator_id, kid, secret_hash) SELECT $1, $2, 'a-secret-hash' FROM ctx`,
    [id, kid],
  );
  await pool.query(
    `${AS_SYSTEM} INSERT INTO public.coordinator_workspaces (coordinator_id, workspace_id)
     SELECT $1, allowed.id FROM ctx, unnest($2::uuid[]) AS allowed (id)`,
    [id, workspaceIds],
  );
  return {
    kind: 'coordinator',
    kid,
    keyId,
    id,
    name: id,
    permission,
    rateLimitPerMinute: 100,
    requestId: randomUUID(),
    sourceAddress: '127.0.0.1',
    userAgent: null,
  };
}

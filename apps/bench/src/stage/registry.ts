import { setTimeout as sleep } from 'node:timers/promises';
import { generateKey } from '@coordinator-registry/api/keys/key.js';
import { hashSecret } from '@coordinator-registry/api/keys/secret-hash.js';
import type pg from 'pg';
import { randomName } from './stage.js';

/** High enough to refuse no request. */
const RATE_LIMIT_PER_MINUTE = 10_000_000;

/** A coordinator with one workspace. */
export interface BenchCoordinator {
  id: string;
  workspaceId: string;
  key: string;
}

const AS_BENCH = `ctx AS MATERIALIZED (
  SELECT public.set_audit_context('SYSTEM', NULL, 'bench', NULL, NULL, NULL, NULL) AS ready)`;

/** Inserts a coordinator with a new key directly in Postgres. The audit triggers record it. */
export async function registerCoordinator(registry: pg.Pool): Promise<BenchCoordinator> {
  const { key, kid, secret } = generateKey('crk_');
  const workspaceId = await insertWorkspace(registry);
  const [coordinator] = await insertCoordinators(registry, workspaceId, [
    { kid, secretHash: await hashSecret(secret) },
  ]);
  if (coordinator === undefined) throw new Error('the coordinator was not registered');
  return { id: coordinator, workspaceId, key };
}

export async function insertWorkspace(registry: pg.Pool): Promise<string> {
  const { rows } = await registry.query<{ id: string }>(
    `WITH ${AS_BENCH}
     INSERT INTO public.workspaces (slug, name) SELECT $1, $1 FROM ctx WHERE ready RETURNING id`,
    [randomName('bench')],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the workspace was not registered');
  return row.id;
}

/** Inserts coordinators with one key each. @returns their ids */
export async function insertCoordinators(
  registry: pg.Pool,
  workspaceId: string,
  keys: { kid: string; secretHash: string }[],
): Promise<string[]> {
  const { rows } = await registry.query<{ id: string }>(
    `WITH ${AS_BENCH},
     wanted AS MATERIALIZED (
       SELECT public.uuid_v7() AS id, kid, secret_hash FROM ctx, unnest($1::text[], $2::text[]) AS key (kid, secret_hash)
       WHERE ctx.ready
     ),
     made AS (
       INSERT INTO public.coordinators (id, name, permissions, rate_limit_per_minute)
       SELECT id, 'bench-' || kid, ARRAY['jobs:read', 'jobs:write', 'stitcher:dispatch'], $3 FROM wanted
     ),
     allowed AS (
       INSERT INTO public.coordinator_workspaces (coordinator_id, workspace_id) SELECT id, $4 FROM wanted
     ),
     keyed AS (
       INSERT INTO public.coordinator_keys (coordinator_id, kid, secret_hash) SELECT id, kid, secret_hash FROM wanted
     )
     SELECT id FROM wanted`,
    [
      keys.map(({ kid }) => kid),
      keys.map(({ secretHash }) => secretHash),
      RATE_LIMIT_PER_MINUTE,
      workspaceId,
    ],
  );
  return rows.map(({ id }) => id);
}

/** Inserts operators with the role ADMIN. @returns their keys */
export async function insertAdmins(registry: pg.Pool, count: number): Promise<string[]> {
  const keys = await Promise.all(
    Array.from({ length: count }, async () => {
      const { key, kid, secret } = generateKey('cro_');
      return { key, kid, secretHash: await hashSecret(secret) };
    }),
  );
  await registry.query(
    `WITH ${AS_BENCH}
     INSERT INTO public.operators (name, role, key_id, kid, secret_hash)
     SELECT 'bench-' || kid, 'ADMIN', public.uuid_v7(), kid, secret_hash
     FROM ctx, unnest($1::text[], $2::text[]) AS key (kid, secret_hash) WHERE ctx.ready`,
    [keys.map(({ kid }) => kid), keys.map(({ secretHash }) => secretHash)],
  );
  return keys.map(({ key }) => key);
}

/** Numbers of jobs: `count` numbers from `from` on. */
export interface Range {
  from: number;
  count: number;
}

/** @returns the id of job number `n`: a UUID that SQL, pgbench and JavaScript can make from the number */
export function jobId(n: number): string {
  const digits = String(n).padStart(32, '0');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** SQL that makes the text of a job's id from the text of its number. */
export const jobIdText = (n: string) => `lpad(${n}, 32, '0')`;

const JOB_ID = (n: string) => `${jobIdText(n)}::uuid`;

/** Inserts RUNNING jobs without audit records, as a preparation. */
export async function insertRunningJobs(
  registry: pg.Pool,
  { id, workspaceId }: Pick<BenchCoordinator, 'id' | 'workspaceId'>,
  { from, count }: Range,
): Promise<void> {
  await withoutLog(registry, async (client) => {
    await client.query(
      `INSERT INTO public.jobs (
         id, workspace_id, type, status, origin, created_by, coordinator_id, agent_id, agent_type, attempt, max_attempts, rev,
         started_at)
       SELECT ${JOB_ID('n::text')}, $1, 'build', 'RUNNING', 'API', $2, $2, 'agent-1', 'tester', 1, 1000, 2, now()
       FROM generate_series($3::int, $3::int + $4::int - 1) AS n`,
      [workspaceId, id, from, count],
    );
  });
  await registry.query('VACUUM ANALYZE public.jobs');
}

/** Inserts PENDING jobs without audit records, as a preparation. */
export async function insertPendingJobs(
  registry: pg.Pool,
  { id, workspaceId }: Pick<BenchCoordinator, 'id' | 'workspaceId'>,
  type: string,
  { from, count }: Range,
): Promise<void> {
  await withoutLog(registry, async (client) => {
    await client.query(
      `INSERT INTO public.jobs (id, workspace_id, type, origin, created_by, max_attempts)
       SELECT ${JOB_ID('n::text')}, $1, $2, 'API', $3, 1000 FROM generate_series($4::int, $4::int + $5::int - 1) AS n`,
      [workspaceId, type, id, from, count],
    );
  });
  await registry.query('VACUUM ANALYZE public.jobs');
}

/** Returns each job that was claimed to PENDING. */
export async function unclaim(registry: pg.Pool, { from, count }: Range): Promise<void> {
  await withoutLog(registry, async (client) => {
    await client.query(
      `UPDATE public.jobs SET status = 'PENDING', coordinator_id = NULL, agent_id = NULL, started_at = NULL,
         lease_seconds = NULL, lease_expires_at = NULL
       WHERE status = 'RUNNING' AND id >= ${JOB_ID('$1')} AND id < ${JOB_ID('$2')}`,
      [String(from), String(from + count)],
    );
  });
  await registry.query('VACUUM ANALYZE public.jobs');
}

/** Begins a new attempt of each completed job. */
export async function runAgain(registry: pg.Pool, { from, count }: Range): Promise<void> {
  await withoutLog(registry, async (client) => {
    await client.query(
      `UPDATE public.jobs SET status = 'RUNNING', attempt = attempt + 1, ended_at = NULL, result = NULL, outcome_digest = NULL
       WHERE status = 'COMPLETED' AND id >= ${JOB_ID('$1')} AND id < ${JOB_ID('$2')}`,
      [String(from), String(from + count)],
    );
  });
  await registry.query('VACUUM ANALYZE public.jobs');
}

/** @returns the number of all changes of these jobs */
export async function changesMade(registry: pg.Pool, { from, count }: Range): Promise<number> {
  const { rows } = await registry.query<{ changes: string }>(
    `SELECT coalesce(sum(rev), 0) AS changes FROM public.jobs WHERE id >= ${JOB_ID('$1')} AND id < ${JOB_ID('$2')}`,
    [String(from), String(from + count)],
  );
  return Number(rows[0]?.changes);
}

/** Waits until the product has sealed all records, so that this work does not count in the next measurement. */
export async function waitUntilSealed(registry: pg.Pool): Promise<void> {
  for (let open = true; open; await sleep(500)) {
    const { rows } = await registry.query<{ open: boolean }>(
      'SELECT (SELECT count(*) FROM public.audit_log) > (SELECT coalesce(max(size), 0) FROM public.audit_checkpoints) AS open',
    );
    open = rows[0]?.open ?? false;
  }
}

/** @returns the number of all jobs of the type */
export async function jobsOfType(registry: pg.Pool, type: string): Promise<number> {
  const { rows } = await registry.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM public.jobs WHERE type = $1',
    [type],
  );
  return rows[0]?.count ?? 0;
}

async function withoutLog(registry: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await registry.connect();
  try {
    await client.query('BEGIN');
    await client.query('ALTER TABLE public.jobs DISABLE TRIGGER jobs_audit');
    await work(client);
    await client.query('ALTER TABLE public.jobs ENABLE ALWAYS TRIGGER jobs_audit');
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

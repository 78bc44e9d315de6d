import { Inject, Injectable } from '@nestjs/common';
import { onBehalfOfSystem } from '../../database/audited-statement.js';
import { messageOf, violatedIndex } from '../../database/database-errors.js';
import type { Statements } from '../../database/database-sessions.js';
import { type PrismaService, RESERVED_PRISMA } from '../../database/prisma.service.js';
import { LOCK_KEPT, START_LOCK_WAIT, StartLockedError } from '../../database/start-lock.js';
import { STATEMENT_TIME } from '../../database/statement-time.js';
import { Prisma } from '../../generated/prisma/client.js';
import { generateKey } from '../../keys/key.js';
import { hashSecret, verifySecret } from '../../keys/secret-hash.js';
import type { CoordinatorPermission } from '../coordinator.js';

export interface EnvironmentKeySettings {
  key: string;
  name: string;
  workspaceIds: readonly string[];
  permissions: readonly CoordinatorPermission[];
  /** for a new coordinator */
  rateLimitPerMinute: number;
}

export type Settlement =
  /** `mayHaveWithdrawn`: a former value or a workspace may have been withdrawn, so the caller must drain */
  | { kind: 'in-force'; kid: string; mayHaveWithdrawn: boolean }
  /** the value is known, and its row is revoked, expired, or of a deleted coordinator */
  | { kind: 'out-of-force'; kid: string }
  | { kind: 'unknown-workspaces'; ids: string[] }
  | { kind: 'name-taken' };

const SYSTEM = onBehalfOfSystem('COORDINATOR_API_KEY');

/** The results of hashing. It takes tens of milliseconds per hash, so it happens before the lock is taken. */
interface Proof {
  /** by kid: whether the row belongs to the wanted value */
  rows: Map<string, boolean>;
  /** hash of the wanted value, for a new row */
  secretHash: string;
}

/** The rows of `COORDINATOR_API_KEY` and their coordinator. */
@Injectable()
export class EnvironmentKeysRepository {
  constructor(@Inject(RESERVED_PRISMA) private readonly prisma: PrismaService) {}

  /**
   * Makes the tables match the environment. It takes a lock, because replicas start at the same time. Hashing happens
   * before the lock. If another replica has made a row since then, this row is checked too, and everything is retried.
   *
   * @throws StartLockedError if another session keeps the lock
   */
  async settle(wanted: EnvironmentKeySettings): Promise<Settlement> {
    const proof: Proof = { rows: new Map(), secretHash: await hashSecret(wanted.key) };
    try {
      for (;;) {
        await prove(await findRows(this.prisma), wanted.key, proof);
        const settlement = await this.prisma.inTransaction((transaction) =>
          settle(transaction, wanted, proof),
        );
        if (settlement !== 'unproven') return settlement;
      }
    } catch (error) {
      if (violatedIndex(error) === 'coordinators_name_key') return { kind: 'name-taken' };
      const kept = messageOf(error, LOCK_KEPT);
      if (kept !== undefined) throw new StartLockedError(kept);
      throw error;
    }
  }
}

async function prove(rows: readonly EnvironmentKeyRow[], key: string, proof: Proof): Promise<void> {
  for (const { kid, secret_hash: hash } of rows) {
    if (!proof.rows.has(kid)) proof.rows.set(kid, await verifySecret(hash, key));
  }
}

/** `unproven`: there is a row that has not been checked yet; nothing was changed. */
async function settle(
  tx: Statements,
  wanted: EnvironmentKeySettings,
  proof: Proof,
): Promise<Settlement | 'unproven'> {
  await tx.rows(
    Prisma.sql`SELECT public.registry_lock('environment-key', ${START_LOCK_WAIT}::interval) AS locked`,
  );
  const unknown = await tx.rows<{ id: string }>(Prisma.sql`
    SELECT given.id FROM unnest(${wanted.workspaceIds}::uuid[]) AS given (id)
    WHERE NOT EXISTS (SELECT FROM public.workspaces AS known WHERE known.id = given.id)`);
  if (unknown.length > 0) return { kind: 'unknown-workspaces', ids: unknown.map(({ id }) => id) };

  const rows = await findRows(tx);
  if (rows.some(({ kid }) => !proof.rows.has(kid))) return 'unproven';
  const known = rows.find(({ kid }) => proof.rows.get(kid));
  if (known === undefined) {
    const coordinatorId = await ensureCoordinator(tx, wanted);
    await alignWorkspaces(tx, coordinatorId, wanted.workspaceIds);
    const kid = await replaceRows(tx, coordinatorId, proof.secretHash);
    return { kind: 'in-force', kid, mayHaveWithdrawn: true };
  }
  if (!known.in_force) return { kind: 'out-of-force', kid: known.kid };
  await alignCoordinator(tx, known.coordinator_id, wanted);
  const mayHaveWithdrawn = await alignWorkspaces(tx, known.coordinator_id, wanted.workspaceIds);
  return { kind: 'in-force', kid: known.kid, mayHaveWithdrawn };
}

interface EnvironmentKeyRow {
  kid: string;
  secret_hash: string;
  coordinator_id: string;
  in_force: boolean;
}

/**
 * All rows that the variable ever made, including those of deleted coordinators: a revoked key must not become valid
 * again.
 */
async function findRows(client: Statements): Promise<EnvironmentKeyRow[]> {
  return await client.rows<EnvironmentKeyRow>(Prisma.sql`
    SELECT key.kid, key.secret_hash, key.coordinator_id,
      key.revoked_at IS NULL AND coordinator.status <> 'DELETED'
        AND coalesce(key.expires_at > pg_catalog.statement_timestamp(), true) AS in_force
    FROM public.coordinator_keys AS key JOIN public.coordinators AS coordinator ON coordinator.id = key.coordinator_id
    WHERE key.environment ORDER BY key.created_at DESC, key.id DESC`);
}

async function ensureCoordinator(tx: Statements, wanted: EnvironmentKeySettings): Promise<string> {
  const [existing] = await tx.rows<{ id: string }>(Prisma.sql`
    SELECT id FROM public.coordinators WHERE name = ${wanted.name} AND status <> 'DELETED' FOR NO KEY UPDATE`);
  if (existing !== undefined) {
    await alignCoordinator(tx, existing.id, wanted);
    return existing.id;
  }
  const [made] = await tx.rows<{ id: string }>(Prisma.sql`
    WITH ${SYSTEM}
    INSERT INTO public.coordinators (name, permissions, rate_limit_per_minute)
    SELECT ${wanted.name}, ${wanted.permissions}::text[], ${wanted.rateLimitPerMinute}::int FROM ctx WHERE ctx.ready
    RETURNING id`);
  if (made === undefined)
    throw new Error('the insert of the coordinator of COORDINATOR_API_KEY returned no row');
  return made.id;
}

/** Name and permissions follow the environment. Status, limit and networks stay as an administrator set them. */
async function alignCoordinator(tx: Statements, id: string, wanted: EnvironmentKeySettings): Promise<void> {
  await tx.rows(Prisma.sql`
    WITH ${SYSTEM}
    UPDATE public.coordinators AS coordinator
    SET name = ${wanted.name}, permissions = ${wanted.permissions}::text[], updated_at = ${STATEMENT_TIME}
    FROM ctx
    WHERE ctx.ready AND coordinator.id = ${id}::uuid
      AND (coordinator.name, coordinator.permissions) <> (${wanted.name}, ${wanted.permissions}::text[])`);
}

/** @returns whether any workspace was taken away */
async function alignWorkspaces(
  tx: Statements,
  id: string,
  workspaceIds: readonly string[],
): Promise<boolean> {
  await tx.rows(Prisma.sql`SELECT FROM public.coordinators WHERE id = ${id}::uuid FOR NO KEY UPDATE`);
  const [row] = await tx.rows<{ withdrawn: boolean }>(Prisma.sql`
    WITH ${SYSTEM},
    withdrawn AS (
      DELETE FROM public.coordinator_workspaces AS allowed USING ctx
      WHERE ctx.ready AND allowed.coordinator_id = ${id}::uuid AND allowed.workspace_id <> ALL (${workspaceIds}::uuid[])
      RETURNING allowed.workspace_id
    ),
    granted AS (
      INSERT INTO public.coordinator_workspaces (coordinator_id, workspace_id)
      SELECT ${id}::uuid, given.id FROM ctx, unnest(${workspaceIds}::uuid[]) AS given (id)
      WHERE ctx.ready
      ON CONFLICT DO NOTHING
    )
    SELECT EXISTS (SELECT FROM withdrawn) AS withdrawn`);
  return row?.withdrawn === true;
}

/** Makes a row for the new value and revokes those of former values. */
async function replaceRows(tx: Statements, coordinatorId: string, secretHash: string): Promise<string> {
  const { kid } = generateKey('crk_');
  await tx.rows(Prisma.sql`
    WITH ${SYSTEM},
    revoked AS (
      UPDATE public.coordinator_keys AS former SET revoked_at = ${STATEMENT_TIME}
      FROM ctx WHERE ctx.ready AND former.environment AND former.revoked_at IS NULL
    )
    INSERT INTO public.coordinator_keys (coordinator_id, kid, secret_hash, name, environment)
    SELECT ${coordinatorId}::uuid, ${kid}, ${secretHash}, 'COORDINATOR_API_KEY', true FROM ctx WHERE ctx.ready`);
  return kid;
}

import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import type { ListPart, PageRange } from '../common/pagination/page.js';
import { assertAllowed, onBehalfOf } from '../database/audited-statement.js';
import { violatedIndex } from '../database/database-errors.js';
import { beginsWith, comesAfter, isGiven, NEWEST_FIRST } from '../database/keyset.js';
import { changeLocked } from '../database/locked-change.js';
import { networks } from '../database/networks.js';
import { type BoundedRow, boundedPage, listedFrom } from '../database/page-bytes.js';
import { type PrismaService, RESERVED_PRISMA } from '../database/prisma.service.js';
import { STATEMENT_TIME } from '../database/statement-time.js';
import { assertNoneUnknown, unknownWorkspaces } from '../database/unknown-workspaces.js';
import { Prisma } from '../generated/prisma/client.js';
import type { StoredKey } from '../keys/stored-key.js';
import type {
  Coordinator,
  CoordinatorChange,
  CoordinatorStatus,
  ListedCoordinator,
  NewCoordinator,
  RunsEnd,
} from './coordinator.js';
import type { CoordinatorKey } from './coordinator-key.js';
import {
  COORDINATOR_COLUMNS,
  type CoordinatorRow,
  isCoordinatorRow,
  isKeyRow,
  KEY_COLUMNS,
  type KeyRow,
  toCoordinator,
  toCoordinatorKey,
  WORKSPACE_IDS,
} from './coordinator-row.js';
import { CoordinatorExistsError, CoordinatorNotFoundError } from './coordinators.errors.js';
import { isLive } from './credential.statement.js';

type Answer = Partial<CoordinatorRow> & { refusal: string | null };

interface ListedRow extends CoordinatorRow {
  running: number;
  live_keys: number;
  next_key_expires_at: Date | null;
  last_used_at: Date | null;
}

type ListedAnswer = Partial<ListedRow> & { refusal: string | null };

/** Selects coordinators. A missing member matches any. */
interface CoordinatorFilter {
  name?: string | undefined;
  search?: string | undefined;
  status?: CoordinatorStatus | null | undefined;
}

/** A page counts at most 100,000 jobs. */
const MAX_COUNTED = 1_000;

/** SQL: the RUNNING jobs of `coordinator`. Query plan: `Index Only Scan using jobs_running_idx` */
const RUNNING = Prisma.sql`(
  SELECT count(*)::int FROM (
    SELECT FROM public.jobs AS job
    WHERE job.status = 'RUNNING' AND job.coordinator_id = coordinator.id
    LIMIT ${MAX_COUNTED}::int
  ) AS counted)`;

/** SQL: one row about the keys of `coordinator`. */
const KEYS = Prisma.sql`
  SELECT count(*) FILTER (WHERE ${isLive('key')})::int AS live_keys,
    min(key.expires_at) FILTER (WHERE ${isLive('key')}) AS next_key_expires_at, max(use.last_used_at) AS last_used_at
  FROM public.coordinator_keys AS key LEFT JOIN public.coordinator_key_uses AS use ON use.key_id = key.id
  WHERE key.coordinator_id = coordinator.id`;

@Injectable()
export class CoordinatorsRepository {
  constructor(@Inject(RESERVED_PRISMA) private readonly prisma: PrismaService) {}

  /**
   * Registers a coordinator with its workspaces and its first key, atomically.
   *
   * @throws DomainError `already-exists`, `invalid-request` for unknown workspaces, and the refusals of `assertAllowed`
   */
  register(
    caller: Caller,
    wanted: NewCoordinator,
    key: StoredKey & { expiresAt: Date | null },
  ): Promise<{ coordinator: Coordinator; key: CoordinatorKey }> {
    return this.translated(caller, wanted.name, async () => {
      const [row] = await this.prisma.$queryRaw<(Answer & Partial<KeyRow> & { unknown: string[] })[]>`
        WITH ${onBehalfOf(caller)}, ${unknownWorkspaces(wanted.workspaceIds)},
        coordinator AS (
          INSERT INTO public.coordinators (name, permissions, rate_limit_per_minute, max_running, allowed_networks)
          SELECT ${wanted.name}, ${wanted.permissions}::text[], ${wanted.rateLimitPerMinute}::int, ${wanted.maxRunning}::int,
            ${networks(wanted.allowedNetworks)}
          FROM ctx, unknown WHERE ctx.ready AND unknown.ids = '{}'
          RETURNING *
        ),
        allowed AS (
          INSERT INTO public.coordinator_workspaces (coordinator_id, workspace_id)
          SELECT DISTINCT coordinator.id, given.id
          FROM coordinator, unnest(${wanted.workspaceIds}::uuid[]) AS given (id)
          RETURNING workspace_id
        ),
        key AS (
          INSERT INTO public.coordinator_keys (coordinator_id, kid, secret_hash, expires_at)
          SELECT coordinator.id, ${key.kid}, ${key.secretHash}, ${key.expiresAt}::timestamptz FROM coordinator
          RETURNING *
        )
        SELECT caller.refusal, unknown.ids AS unknown, ${COORDINATOR_COLUMNS},
          ARRAY(SELECT workspace_id FROM allowed ORDER BY workspace_id) AS workspace_ids, ${KEY_COLUMNS}
        FROM caller LEFT JOIN unknown ON true LEFT JOIN coordinator ON true LEFT JOIN key ON true`;
      assertAllowed(row);
      assertNoneUnknown(row.unknown);
      if (!isCoordinatorRow(row) || !isKeyRow(row)) throw new Error('the insert returned no coordinator');
      return { coordinator: toCoordinator(row), key: toCoordinatorKey(row) };
    });
  }

  /** @throws DomainError `not-found`, and the refusals of `assertAllowed` */
  async find(caller: Caller, id: string): Promise<Coordinator> {
    const [row] = await this.prisma.$queryRaw<Answer[]>`
      WITH ${onBehalfOf(caller)}
      SELECT caller.refusal, ${COORDINATOR_COLUMNS}, ${WORKSPACE_IDS} AS workspace_ids
      FROM caller LEFT JOIN public.coordinators AS coordinator
        ON caller.refusal IS NULL AND coordinator.id = ${id}::uuid AND coordinator.status <> 'DELETED'`;
    assertAllowed(row);
    if (!isCoordinatorRow(row)) throw new CoordinatorNotFoundError();
    return toCoordinator(row);
  }

  /** Newest first, without deleted coordinators. */
  async list(
    caller: Caller,
    { name, search, status = null }: CoordinatorFilter,
    page: PageRange,
  ): Promise<ListPart<ListedCoordinator>> {
    const rows = await this.prisma.$queryRaw<(ListedAnswer & BoundedRow)[]>`
      WITH ${onBehalfOf(caller)},
      listed AS MATERIALIZED (
        SELECT ${COORDINATOR_COLUMNS}, ${WORKSPACE_IDS} AS workspace_ids, ${RUNNING} AS running, keys.*
        FROM (
          SELECT coordinator.* FROM public.coordinators AS coordinator, caller
          WHERE caller.refusal IS NULL AND coordinator.status <> 'DELETED' AND ${isGiven('coordinator.name', name)}
            AND ${beginsWith(['coordinator.name'], search)}
            AND (${status}::public.coordinator_status IS NULL OR coordinator.status = ${status}::public.coordinator_status)
            AND ${comesAfter(Prisma.sql`coordinator`, page.after)}
          ORDER BY coordinator.created_at DESC, coordinator.id DESC
          LIMIT ${page.limit + 1}::int
        ) AS coordinator CROSS JOIN LATERAL (${KEYS}) AS keys
      ),
      ${boundedPage(NEWEST_FIRST, page.limit)}
      SELECT caller.refusal, page.* FROM caller LEFT JOIN page ON true ORDER BY page.place`;
    assertAllowed(rows[0]);
    return listedFrom(rows, isListedRow<ListedAnswer & BoundedRow>, toListed);
  }

  /**
   * Locks the row first, because the change replaces the set of workspaces.
   *
   * @throws DomainError `not-found`, `already-exists`, `invalid-request` for unknown workspaces, and the guard's
   *   refusals
   */
  change(caller: Caller, id: string, wanted: CoordinatorChange, runs: RunsEnd): Promise<Coordinator> {
    return this.translated(caller, wanted.name, async () => {
      const row = await changeLocked<Answer & { unknown: string[] }>(this.prisma, {
        caller,
        table: 'coordinators',
        id,
        statement: Prisma.sql`
          WITH ${onBehalfOf(caller)}, ${unknownWorkspaces(wanted.workspaceIds ?? [])},
          found AS MATERIALIZED (
            SELECT coordinator.*, ${WORKSPACE_IDS} AS workspace_ids
            FROM public.coordinators AS coordinator, ctx
            WHERE ctx.ready AND coordinator.id = ${id}::uuid AND coordinator.status <> 'DELETED'
          ),
          wanted AS MATERIALIZED (
            SELECT found.id, coalesce(${wanted.name ?? null}, found.name) AS name,
              coalesce(${wanted.status ?? null}::public.coordinator_status, found.status) AS status,
              coalesce(${wanted.permissions ?? null}::text[], found.permissions) AS permissions,
              coalesce(${wanted.rateLimitPerMinute ?? null}::int, found.rate_limit_per_minute) AS rate_limit_per_minute,
              CASE WHEN ${wanted.maxRunning === undefined}::boolean THEN found.max_running ELSE ${wanted.maxRunning ?? null}::int END AS max_running,
              ${wanted.allowedNetworks === undefined ? Prisma.sql`found.allowed_networks` : networks(wanted.allowedNetworks)}
                AS allowed_networks,
              coalesce(${wanted.workspaceIds ?? null}::uuid[], found.workspace_ids) AS workspace_ids
            FROM found, unknown WHERE unknown.ids = '{}'
          ),
          changed AS (
            UPDATE public.coordinators AS coordinator
            SET name = wanted.name, status = wanted.status, permissions = wanted.permissions,
              rate_limit_per_minute = wanted.rate_limit_per_minute, max_running = wanted.max_running,
              allowed_networks = wanted.allowed_networks, updated_at = ${STATEMENT_TIME}
            FROM wanted JOIN found USING (id)
            WHERE coordinator.id = wanted.id
              AND (wanted.name, wanted.status, wanted.permissions, wanted.rate_limit_per_minute, wanted.max_running, wanted.allowed_networks)
                IS DISTINCT FROM (found.name, found.status, found.permissions, found.rate_limit_per_minute, found.max_running, found.allowed_networks)
            RETURNING coordinator.*
          ),
          withdrawn AS (
            DELETE FROM public.coordinator_workspaces AS allowed USING wanted
            WHERE allowed.coordinator_id = wanted.id AND allowed.workspace_id <> ALL (wanted.workspace_ids)
          ),
          granted AS (
            INSERT INTO public.coordinator_workspaces (coordinator_id, workspace_id)
            SELECT DISTINCT found.id, given.id
            FROM found JOIN wanted USING (id), unnest(wanted.workspace_ids) AS given (id)
            WHERE given.id <> ALL (found.workspace_ids)
          ),
          coordinator AS (
            SELECT wanted.*, found.created_at, coalesce(changed.updated_at, found.updated_at) AS updated_at
            FROM wanted JOIN found USING (id) LEFT JOIN changed USING (id)
          )
          SELECT caller.refusal, unknown.ids AS unknown, found.id AS found_id,
            ${endRunsOf(Prisma.sql`coordinator`, runs)} AS ended_runs, ${COORDINATOR_COLUMNS},
            ARRAY(SELECT DISTINCT unnest(coordinator.workspace_ids) AS id ORDER BY id) AS workspace_ids
          FROM caller LEFT JOIN unknown ON true LEFT JOIN found ON true LEFT JOIN coordinator ON true`,
      });
      assertNoneUnknown(row.unknown);
      if (!isCoordinatorRow(row)) throw new CoordinatorNotFoundError();
      return toCoordinator(row);
    });
  }

  /**
   * Revokes every key of the coordinator and hides the coordinator. Does nothing if it is already deleted. Locks the
   * row first, so that a key that is issued at the same time is revoked too.
   *
   * @throws DomainError `not-found`, and the refusals of `assertAllowed`
   */
  async delete(caller: Caller, id: string, runs: RunsEnd): Promise<void> {
    const row = await changeLocked<{ refusal: string | null; id: string | null }>(this.prisma, {
      caller,
      table: 'coordinators',
      id,
      statement: Prisma.sql`
        WITH ${onBehalfOf(caller)},
        deleted AS (
          UPDATE public.coordinators AS coordinator SET status = 'DELETED', updated_at = ${STATEMENT_TIME}
          FROM ctx WHERE ctx.ready AND coordinator.id = ${id}::uuid AND coordinator.status <> 'DELETED'
          RETURNING coordinator.id, coordinator.status
        ),
        revoked AS (
          UPDATE public.coordinator_keys AS key SET revoked_at = ${STATEMENT_TIME}
          FROM deleted WHERE key.coordinator_id = deleted.id AND key.revoked_at IS NULL
        )
        SELECT caller.refusal, known.id, (SELECT ${endRunsOf(Prisma.sql`deleted`, runs)} FROM deleted) AS ended_runs
        FROM caller LEFT JOIN public.coordinators AS known ON caller.refusal IS NULL AND known.id = ${id}::uuid`,
    });
    if (row.id === null) throw new CoordinatorNotFoundError();
  }

  /** @throws DomainError the refusals of `assertAllowed` */
  async endRuns(caller: Caller, id: string, runs: RunsEnd): Promise<void> {
    const [row] = await this.prisma.rows<{ refusal: string | null }>(Prisma.sql`
      WITH ${onBehalfOf(caller)},
      coordinator AS MATERIALIZED (
        SELECT coordinator.id, coordinator.status FROM public.coordinators AS coordinator, ctx
        WHERE ctx.ready AND coordinator.id = ${id}::uuid AND coordinator.status <> 'ACTIVE'
      )
      SELECT caller.refusal, ${endRunsOf(Prisma.sql`coordinator`, runs)} AS ended_runs
      FROM caller LEFT JOIN coordinator ON true`);
    assertAllowed(row);
  }

  private async translated<T>(caller: Caller, name: string | undefined, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (violatedIndex(error) !== 'coordinators_name_key') throw error;
      throw new CoordinatorExistsError(name ?? '', await this.idOf(caller, name ?? ''));
    }
  }

  private async idOf(caller: Caller, name: string): Promise<string | undefined> {
    const [row] = await this.prisma.rows<{ refusal: string | null; id: string | null }>(Prisma.sql`
      WITH ${onBehalfOf(caller)}
      SELECT caller.refusal, known.id
      FROM caller LEFT JOIN public.coordinators AS known ON known.name = ${name} AND known.status <> 'DELETED'`);
    assertAllowed(row);
    return row.id ?? undefined;
  }
}

/**
 * SQL: ends the attempts of the coordinator in the given CTE. That CTE has a row only if the caller has permission. The
 * database function locks the RUNNING jobs after the coordinator. Only a start under `maxRunning` locks a job before its
 * coordinator, and this job is PENDING (docs/adr/0061).
 */
function endRunsOf(coordinator: Prisma.Sql, runs: RunsEnd): Prisma.Sql {
  return runs === 'leave'
    ? Prisma.sql`NULL::integer`
    : Prisma.sql`public.end_runs(${coordinator}.id, ${runs},
        'coordinator-' || CASE ${coordinator}.status WHEN 'DELETED' THEN 'deleted' ELSE 'suspended' END)`;
}

function isListedRow<Row extends Partial<ListedRow>>(row: Row): row is Row & ListedRow {
  return typeof row.id === 'string';
}

function toListed(row: ListedRow): ListedCoordinator {
  return {
    ...toCoordinator(row),
    liveKeys: row.live_keys,
    nextKeyExpiresAt: row.next_key_expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    running: row.running,
  };
}

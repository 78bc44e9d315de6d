import { given, shapes } from '../../database/shape.js';
import { Prisma } from '../../generated/prisma/client.js';
import { LIFETIME } from '../idempotency.statement.js';
import { CLAIMABLE } from '../job-transitions.statement.js';
import { CALLER_HAS_ROOM, WORKSPACE_HAS_ROOM } from '../running-limit.statement.js';
import type { Watched } from './watched.js';

const of = <Value>(from: (watched: Watched) => Value) => given(from);

/**
 * The places in {@link Watched} of what would be answered otherwise now. Each read costs a search by primary key, each
 * kind of claim one search of the claims' index in each of its workspaces.
 *
 * Conditions are scalar subqueries: as joins, Postgres could turn them into a scan of all jobs. The rows come in the order of the claims,
 * whose turns `WaitingRequests` decides.
 */
export const changesStatement = shapes(
  (_: Watched) => [],
  () => Prisma.sql`
    WITH caller AS MATERIALIZED (
      -- the coordinator of each caller; null: it would be refused
      SELECT array_agg(standing.coordinator_id ORDER BY given.place) AS ids
      FROM unnest(
          ${of(({ callers }) => callers.map(({ kid }) => kid))}::text[],
          ${of(({ callers }) => callers.map(({ permission }) => permission))}::text[],
          ${of(({ callers }) => callers.map(({ sourceAddress }) => sourceAddress))}::inet[]
        ) WITH ORDINALITY AS given (kid, permission, source_address, place)
        LEFT JOIN LATERAL public.authorize_coordinator(given.kid, given.permission, given.source_address) AS standing
          ON standing.refusal IS NULL
    ),
    claim AS MATERIALIZED (
      SELECT wanted.at, caller.ids[wanted.caller + 1] AS coordinator_id, wanted."workspaceIds" AS workspace_ids, wanted.types
      FROM caller CROSS JOIN jsonb_to_recordset(${of(({ claims }) => JSON.stringify(claims))}::jsonb)
        AS wanted (at int, caller int, "workspaceIds" uuid[], types text[])
    )
    SELECT 'read' AS kind, (read.place - 1)::int AS at, NULL::uuid AS job_id
    FROM caller CROSS JOIN unnest(
        ${of(({ reads }) => reads.map(({ jobId }) => jobId))}::uuid[],
        ${of(({ reads }) => reads.map(({ rev }) => rev))}::int[],
        ${of(({ reads }) => reads.map((it) => it.caller))}::int[]
      ) WITH ORDINALITY AS read (job_id, rev, caller, place)
    WHERE read.rev IS DISTINCT FROM (
      SELECT job.rev FROM public.jobs AS job
        JOIN public.coordinator_workspaces AS allowed ON allowed.workspace_id = job.workspace_id
      WHERE job.id = read.job_id AND allowed.coordinator_id = caller.ids[read.caller + 1]
    )
    UNION ALL
    SELECT 'repeat', (repeated.place - 1)::int, NULL
    FROM unnest(
        ${of(({ repeats }) => repeats.map(({ coordinatorId }) => coordinatorId))}::uuid[],
        ${of(({ repeats }) => repeats.map(({ route }) => route))}::text[],
        ${of(({ repeats }) => repeats.map(({ key }) => key))}::text[]
      ) WITH ORDINALITY AS repeated (coordinator_id, route, key, place)
    WHERE (
      SELECT known.created_at FROM public.idempotency_keys AS known
      WHERE known.coordinator_id = repeated.coordinator_id AND known.route = repeated.route AND known.key = repeated.key
    ) > pg_catalog.statement_timestamp() - ${LIFETIME}
    UNION ALL
    SELECT 'claim', claim.at, NULL FROM claim
    WHERE claim.coordinator_id IS NULL OR EXISTS (
      SELECT FROM unnest(claim.workspace_ids) AS named (id)
      WHERE (
        SELECT allowed.workspace_id FROM public.coordinator_workspaces AS allowed
        WHERE allowed.coordinator_id = claim.coordinator_id AND allowed.workspace_id = named.id
      ) IS NULL
    )
    UNION ALL
    ${firstOf({ typed: false })}
    UNION ALL
    ${firstOf({ typed: true })}
    ORDER BY at`,
);

/**
 * The first job of each claim, with or without wished types: each has its own index. Workspaces and coordinators at their
 * `maxRunning` are left out: else each look would wake the same requests, which would get no job. The aliases `workspace` and `caller` are
 * those that `WORKSPACE_HAS_ROOM` and `CALLER_HAS_ROOM` read.
 */
function firstOf({ typed }: { typed: boolean }): Prisma.Sql {
  return Prisma.sql`
    SELECT 'claim', claim.at, best.id
    FROM claim CROSS JOIN LATERAL (
      SELECT first.id
      FROM public.coordinator_workspaces AS allowed
        JOIN public.workspaces AS workspace ON workspace.id = allowed.workspace_id AND ${WORKSPACE_HAS_ROOM}
        ${typed ? Prisma.sql`CROSS JOIN unnest(claim.types) AS wanted (type)` : Prisma.empty}
        CROSS JOIN LATERAL (
          SELECT job.id, job.priority FROM public.jobs AS job
          WHERE job.workspace_id = allowed.workspace_id AND ${CLAIMABLE}
            ${typed ? Prisma.sql`AND job.type = wanted.type` : Prisma.empty}
          ORDER BY job.priority DESC, job.id
          LIMIT 1
        ) AS first
      WHERE allowed.coordinator_id = (
          SELECT caller.id FROM public.coordinators AS caller WHERE caller.id = claim.coordinator_id AND ${CALLER_HAS_ROOM}
        )
        AND (claim.workspace_ids IS NULL OR allowed.workspace_id = ANY (claim.workspace_ids))
      ORDER BY first.priority DESC, first.id
      LIMIT 1
    ) AS best
    WHERE claim.types IS ${typed ? Prisma.sql`NOT NULL` : Prisma.sql`NULL`}`;
}

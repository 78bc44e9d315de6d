import type { Caller } from '../common/access/caller.js';
import { stringifyJson } from '../common/exact-json.js';
import { onBehalfOf } from '../database/audited-statement.js';
import { Prisma } from '../generated/prisma/client.js';
import { CLOCK_TIME } from './job-transitions.statement.js';
import type { Trigger } from './triggers.js';

/** How long a delivery is kept, to detect repeats. */
export const DELIVERY_LIFETIME = Prisma.sql`interval '7 days'`;

/** Maximum number of further triggers that a job keeps. The oldest are dropped first. */
const MAX_TRIGGERS = 20;
/** A trigger is dropped if the newer triggers take more bytes than this. */
const MAX_TRIGGER_BYTES = 524_288;

/** One trigger, its issue and repository, and what the workspace needs to accept or refuse it. */
export interface Delivery {
  type: string;
  /** in lower case */
  repository: string;
  issueNumber: number;
  trigger: Trigger;
  /** host of the forge and number of the repository; null: missing from the body, or unreadable */
  forge: { host: string; id: number } | null;
  /**
   * whether the body is the bot's own: the repository's name is sufficient, even if its id is known, and `who` of the
   * trigger settings does not apply
   */
  trusted: boolean;
  /** the author's relation to the repository, as the forge reports it; null: not reported */
  association: string | null;
  /** in lower case; null: the trigger is not an assignment, or the body is the bot's own */
  assignees: string[] | null;
  /** whether the trigger is the text of a new issue */
  opened: boolean;
  /** the forge's id of the delivery */
  id: string | null;
  /** SHA-256 of the body, if a signature covers the body but not the id */
  digest: Uint8Array<ArrayBuffer> | null;
}

/**
 * Makes the job, adds the trigger to the active job, or finds the job that the same delivery led to before. Read the CTEs in
 * this order:
 *
 *     caller, ctx -> scope (workspace scope) -> prior (the job of the same delivery)
 *     candidate -> registration (the repository) -> target (its workspace) -> accepting (target, if it accepts the trigger)
 *     active (the job of the issue) -> triggered (it gets the trigger) or created (a new job) -> outcome (either of them)
 *     remembered (stores the delivery), answered (outcome or prior)
 *
 * - `prior`: the job of the same delivery, found by id or digest. If there is one, the statement only checks that its
 *   workspace is in the caller's workspace scope.
 * - `target`: the workspace. If the repository's id is known, the statement looks it up by id, whatever its name
 *   is now. It uses the name only if no id is known (docs/adr/0036). `unidentified`: the registry does not have the
 *   delivered id or name yet, so the caller must run {@link identifyStatement} and retry. `unwanted` says why the
 *   workspace does not accept this trigger.
 * - `active`, `triggered`: the active job of the issue. The update waits for the row lock and checks the status again, so a
 *   job that has ended meanwhile gets no trigger. The statement then returns no job, and the caller must retry.
 */
export function deliveryStatement(caller: Caller, delivery: Delivery): Prisma.Sql {
  const { repository, type, trigger } = delivery;
  const kept = Prisma.sql`(${stringifyJson(trigger)}::jsonb || jsonb_build_object('at',
    to_char(${CLOCK_TIME} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))`;
  const sameDelivery = Prisma.sql`earlier.coordinator_id = caller.id
    AND (earlier.delivery_id = ${delivery.id} OR earlier.body_digest = ${delivery.digest})`;
  return Prisma.sql`
    WITH ${onBehalfOf(caller)},
    scope AS MATERIALIZED (
      SELECT allowed.workspace_id FROM public.coordinator_workspaces AS allowed, caller, ctx
      WHERE ctx.ready AND allowed.coordinator_id = caller.id
    ),
    prior AS MATERIALIZED (
      SELECT job.*, job.workspace_id IN (SELECT workspace_id FROM scope) AS in_scope
      FROM caller, ctx, public.webhook_deliveries AS earlier JOIN public.jobs AS job ON job.id = earlier.job_id
      WHERE ctx.ready AND ${sameDelivery} AND earlier.created_at > pg_catalog.statement_timestamp() - ${DELIVERY_LIFETIME}
      ORDER BY (earlier.delivery_id = ${delivery.id}) IS TRUE DESC LIMIT 1
    ),
    ${registered(delivery)},
    target AS MATERIALIZED (
      SELECT workspace.id, registration.repository_key, registration.unidentified AND NOT EXISTS (SELECT FROM prior) AS unidentified, CASE
          WHEN ${delivery.opened}::boolean AND NOT workspace.trigger_on_open THEN 'the text of a new issue starts no work in this workspace'
          WHEN NOT ${delivery.trusted}::boolean AND ${delivery.assignees}::text[] IS NULL
            AND (workspace.trigger_who = 'collaborators' OR (workspace.trigger_who = 'auto' AND ${delivery.association}::text IS NOT NULL))
            AND coalesce(${delivery.association}::text, '') NOT IN ('OWNER', 'MEMBER', 'COLLABORATOR')
            THEN 'the author is not a collaborator of the repository'
          WHEN workspace.trigger_assignees IS NOT NULL AND ${delivery.assignees}::text[] IS NOT NULL
            AND NOT workspace.trigger_assignees && ${delivery.assignees}::text[]
            THEN 'issues of this assignee start no work in this workspace'
        END AS unwanted
      FROM registration JOIN public.workspaces AS workspace ON workspace.id = registration.workspace_id
      WHERE registration.same
    ),
    accepting AS MATERIALIZED (
      SELECT target.id, target.repository_key FROM target
      WHERE target.unwanted IS NULL AND NOT target.unidentified AND NOT EXISTS (SELECT FROM prior)
    ),
    active AS MATERIALIZED (
      SELECT job.id FROM public.jobs AS job JOIN accepting ON accepting.id = job.workspace_id
      WHERE job.origin = 'STITCHER' AND job.status IN ('PENDING', 'RUNNING') AND job.repository_key = accepting.repository_key
        AND job.issue_number = ${delivery.issueNumber}::int AND job.type = ${type}
    ),
    triggered AS (
      UPDATE public.jobs AS job
      SET rev = job.rev + 1, updated_at = ${CLOCK_TIME}, trigger_count = job.trigger_count + 1, triggers = (
        SELECT jsonb_agg(newest.said ORDER BY newest.place)
        FROM (
          SELECT said, place, coalesce(sum(octet_length(said::text)) OVER newer, 0) AS newer_bytes
          FROM jsonb_array_elements(job.triggers || ${kept}) WITH ORDINALITY AS list (said, place)
          WINDOW newer AS (ORDER BY place DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
          ORDER BY place DESC LIMIT ${MAX_TRIGGERS}::int
        ) AS newest
        WHERE newest.newer_bytes <= ${MAX_TRIGGER_BYTES}::int
      )
      FROM active, ctx
      WHERE ctx.ready AND job.id = active.id AND job.status IN ('PENDING', 'RUNNING')
      RETURNING job.*
    ),
    created AS (
      INSERT INTO public.jobs (workspace_id, type, origin, repository, repository_key, issue_number, metadata, created_by)
      SELECT accepting.id, ${type}, 'STITCHER', ${repository}, accepting.repository_key, ${delivery.issueNumber}::int,
        ${stringifyJson(metadataOf(trigger))}::jsonb, caller.id
      FROM accepting, caller
      WHERE NOT EXISTS (SELECT FROM active)
      ON CONFLICT (workspace_id, repository_key, issue_number, type)
        WHERE origin = 'STITCHER' AND status IN ('PENDING', 'RUNNING') DO NOTHING
      RETURNING *
    ),
    outcome AS (
      SELECT 'made' AS how, created.* FROM created
      UNION ALL
      SELECT 'triggered', triggered.* FROM triggered
    ),
    ${remembered(delivery, sameDelivery)}
    answered AS (
      SELECT outcome.*, true AS in_scope FROM outcome
      UNION ALL
      SELECT 'replayed', prior.* FROM prior
    )
    SELECT caller.refusal, answered.*, target.unwanted, target.id IS NOT NULL AS has_target, target.unidentified,
      (SELECT registration.workspace_id FROM registration WHERE NOT registration.same) AS mismatched_workspace_id
    FROM caller LEFT JOIN target ON true LEFT JOIN answered ON true`;
}

/**
 * Stores the id and the name that the delivery shows for a repository, if {@link deliveryStatement} found it
 * `unidentified`. The jobs that were made by its name alone get its id (`identify_jobs`). A registration of the new
 * name in the same workspace whose id is unknown means this repository too, so it is removed.
 */
export function identifyStatement(caller: Caller, delivery: Delivery): Prisma.Sql {
  const { repository } = delivery;
  return Prisma.sql`
    WITH ${onBehalfOf(caller)},
    scope AS MATERIALIZED (
      SELECT allowed.workspace_id FROM public.coordinator_workspaces AS allowed, caller, ctx
      WHERE ctx.ready AND allowed.coordinator_id = caller.id
    ),
    ${registered(delivery)},
    absorbed AS (
      DELETE FROM public.workspace_repositories AS other USING registration
      WHERE registration.same AND registration.unidentified AND other.repository = ${repository} AND registration.repository <> ${repository}
      RETURNING 1
    ),
    identified AS (
      UPDATE public.workspace_repositories AS owned
      SET repository = ${repository}, forge = ${delivery.forge?.host ?? null}, forge_id = ${delivery.forge?.id ?? null}::bigint
      FROM registration
      WHERE owned.repository = registration.repository AND registration.same AND registration.unidentified
        -- reads the deletion, and so comes after it
        AND (SELECT count(*) FROM absorbed) >= 0
    )
    SELECT caller.refusal FROM caller`;
}

/**
 * The CTEs `candidate`, the registered repositories with the delivered id or name, and `registration`, the one of them that
 * the delivery means, if its workspace is in the CTE `scope`.
 *
 * - `same`: the delivery may start work for it. The delivered name must not belong to another workspace.
 * - `unidentified`: its id or name is not the delivered one. It keeps its name if another repository of the workspace
 *   has the delivered name and an id.
 *
 * A delivery without an id locks the row, so that its job has the id if one becomes known at the same time.
 */
function registered({ repository, forge, trusted }: Delivery): Prisma.Sql {
  const host = Prisma.sql`${forge?.host ?? null}::text`;
  const number = Prisma.sql`${forge?.id ?? null}::bigint`;
  return Prisma.sql`
    candidate AS MATERIALIZED (
      SELECT candidate.*, (candidate.forge = ${host} AND candidate.forge_id = ${number}) IS TRUE AS by_id
      FROM public.workspace_repositories AS candidate, ctx
      WHERE ctx.ready AND (candidate.repository = ${repository} OR (candidate.forge = ${host} AND candidate.forge_id = ${number}))
      ${forge === null ? Prisma.sql`FOR KEY SHARE OF candidate` : Prisma.empty}
    ),
    registration AS MATERIALIZED (
      SELECT candidate.*,
        (candidate.by_id OR candidate.forge_id IS NULL OR ${trusted}::boolean) AND coalesce(other.workspace_id = candidate.workspace_id, true) AS same,
        ${forge !== null}::boolean AND (candidate.repository, candidate.by_id) IS DISTINCT FROM (${repository}, true)
          AND other.forge_id IS NULL AS unidentified
      FROM (SELECT * FROM candidate ORDER BY by_id DESC LIMIT 1) AS candidate JOIN scope USING (workspace_id)
        LEFT JOIN candidate AS other ON other.repository <> candidate.repository
    )`;
}

/** The metadata of a new job. The bot's members come last: one with the same name replaces ours. */
function metadataOf({ action, comment, sender, metadata, truncated }: Trigger) {
  return {
    trigger: action,
    ...(comment !== null && { comment }),
    ...(sender !== null && { sender }),
    ...(truncated.length > 0 && { truncated }),
    ...metadata,
  };
}

/**
 * Works like {@link remember} for idempotency keys: the whole statement fails if the same delivery was inserted first
 * by another request.
 */
function remembered({ id, digest }: Delivery, sameDelivery: Prisma.Sql): Prisma.Sql {
  if (id === null && digest === null) return Prisma.empty;
  return Prisma.sql`
    expired AS (
      DELETE FROM public.webhook_deliveries AS earlier USING caller, outcome
      WHERE ${sameDelivery} AND earlier.created_at <= pg_catalog.statement_timestamp() - ${DELIVERY_LIFETIME}
      RETURNING 1
    ),
    remembered AS (
      INSERT INTO public.webhook_deliveries (coordinator_id, delivery_id, body_digest, job_id)
      SELECT caller.id, ${id}, ${digest}, outcome.id FROM caller, outcome
      -- reads the deletion, and so comes after it
      WHERE (SELECT count(*) FROM expired) >= 0
    ),`;
}

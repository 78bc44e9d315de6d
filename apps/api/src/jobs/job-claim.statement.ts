import type { Caller } from '../common/access/caller.js';
import { givenCaller, kindOf, onBehalfOf, onBehalfOfAllowed } from '../database/audited-statement.js';
import { completerOf, type RowOfFields } from '../database/fields.js';
import { given, shapes } from '../database/shape.js';
import { Prisma } from '../generated/prisma/client.js';
import { GIVEN_IDEMPOTENCY, prior, remember } from './idempotency.statement.js';
import { type Idempotency, JOB_FIELDS, type Job } from './job.js';
import { jobColumnsOf } from './job-row.js';
import { begin, CLAIMABLE, CLOCK_TIME } from './job-transitions.statement.js';
import { CALLER_HAS_ROOM, limitReached, WORKSPACE_HAS_ROOM } from './running-limit.statement.js';
import { inWorkspaceScope } from './workspace-scope.statement.js';

/** How many ranges of an index a claim may search in a session that it shares with other requests: one for each workspace and type. */
export const MAX_SHORT = 16;

export interface Claim {
  /** null: every workspace that the caller may touch */
  workspaceIds: string[] | null;
  /** null: any */
  types: string[] | null;
  agentId: string;
  agentType: string | null;
  leaseSeconds: number;
}

interface Claiming {
  caller: Caller;
  wanted: Claim;
  /** the workspace of the previous claim; null: not known */
  after: string | null;
  idempotency: Idempotency | null;
}

/**
 * How many of the first jobs of a workspace and type each try looks at. The first number is more than other claims of this server hold
 * at any moment: the other shared session holds up to 32 until its commit, and each session of the pool holds one. Claims of further
 * servers, and cancellations of many jobs, hold more. The number is part of the text: for a limit that is a parameter, Postgres estimates
 * a tenth of all rows.
 */
export const FIRST_OF_EACH = [64, 1_024, 16_384] as const;

const ofWanted = (from: (wanted: Claim) => unknown) => given((it: Claiming) => from(it.wanted));
const WORKSPACE_IDS = ofWanted((it) => it.workspaceIds);
const TYPES = ofWanted((it) => it.types);
/** How many workspaces the short statement may search. */
const SHORT_TURN = ofWanted(({ types }) => Math.max(1, Math.floor(MAX_SHORT / (types?.length ?? 1))));
const AFTER = Prisma.sql`${given((it: Claiming) => it.after)}::uuid`;
const TAKE = Prisma.sql`rev = job.rev + 1, updated_at = ${CLOCK_TIME}, ${begin({
  agentId: ofWanted((it) => it.agentId),
  agentType: ofWanted((it) => it.agentType),
  leaseSeconds: ofWanted((it) => it.leaseSeconds),
})}`;

/** SQL: the first jobs that wait in the workspace `turn`, the first one first. */
function firstOfTurn(namesTypes: boolean, firstOfEach: number): Prisma.Sql {
  const firstOf = (type: Prisma.Sql) => Prisma.sql`
      SELECT job.id, job.priority FROM public.jobs AS job
      WHERE job.workspace_id = turn.id AND ${CLAIMABLE} ${type}
      ORDER BY job.priority DESC, job.id
      LIMIT ${Prisma.raw(String(firstOfEach))}`;
  if (!namesTypes) return firstOf(Prisma.empty);
  return Prisma.sql`
            SELECT of_type.id FROM (SELECT DISTINCT unnest(${TYPES}::text[]) AS type) AS wanted
              CROSS JOIN LATERAL (${firstOf(Prisma.sql`AND job.type = wanted.type`)}) AS of_type
            ORDER BY of_type.priority DESC, of_type.id`;
}

/** SQL: locks the first job in turn that no other transaction has locked. Reads the CTE `turn`. */
function lockedInTurn(namesTypes: boolean, firstOfEach: number): Prisma.Sql {
  return Prisma.sql`
          SELECT locked.id, turn.id AS workspace_id, turn.max_running
          FROM turn
            CROSS JOIN LATERAL (${firstOfTurn(namesTypes, firstOfEach)}) AS first
            CROSS JOIN LATERAL (
              SELECT job.id FROM public.jobs AS job
              WHERE job.id = first.id AND ${CLAIMABLE}
              FOR UPDATE OF job SKIP LOCKED
            ) AS locked
          LIMIT 1`;
}

/** The members of a job whose values are not known before it is taken. */
const {
  status,
  notBefore,
  final,
  coordinatorId,
  agentId,
  agentType,
  progressPercent,
  currentStep,
  tokensUsed,
  durationSeconds,
  result,
  error,
  failedStep,
  gateResults,
  continuationPrompt,
  endedAt,
  ...READ_FIELDS
} = JOB_FIELDS;

export type TakenRow = RowOfFields<typeof READ_FIELDS>;

const complete = completerOf<Job>(Object.keys(JOB_FIELDS), READ_FIELDS);

/**
 * Takes the next job as {@link claimStatement} does, or none: if the caller is refused or names a workspace that it may not
 * touch, if a limit applies to it or to the workspace of the job, or if no job waits in the next {@link SHORT_TURN} workspaces.
 */
export const takeStatement = shapes(
  ({ caller, wanted }: Claiming) => [kindOf(caller), wanted.workspaceIds !== null, wanted.types !== null],
  (kind, namesWorkspaces, namesTypes) => Prisma.sql`
      WITH ${onBehalfOfAllowed(givenCaller(kind))},
      turn AS (
        SELECT workspace.id, workspace.max_running
        FROM caller
          JOIN public.coordinator_workspaces AS allowed ON allowed.coordinator_id = caller.id
          JOIN public.workspaces AS workspace ON workspace.id = allowed.workspace_id
        WHERE caller.max_running IS NULL AND ${WORKSPACE_HAS_ROOM}
          ${namesWorkspaces ? Prisma.sql`AND workspace.id = ANY (${WORKSPACE_IDS}::uuid[])` : Prisma.empty}
        ORDER BY workspace.id <= ${AFTER}, workspace.id
        LIMIT ${SHORT_TURN}::int
      )
      UPDATE public.jobs AS job SET ${TAKE}
      FROM caller
      WHERE caller.ready
        AND job.id = (
          SELECT CASE WHEN locked.max_running IS NULL THEN locked.id END FROM (${lockedInTurn(namesTypes, FIRST_OF_EACH[0])}) AS locked)
        ${
          namesWorkspaces
            ? Prisma.sql`AND NOT EXISTS (
                SELECT FROM unnest(${WORKSPACE_IDS}::uuid[]) AS named (id) CROSS JOIN caller
                WHERE NOT ${inWorkspaceScope({ kind: 'coordinator' }, Prisma.sql`named.id`)})`
            : Prisma.empty
        }
      RETURNING ${jobColumnsOf(READ_FIELDS)}`,
);

/** The job that {@link takeStatement} took. The members that the row lacks have the values that `begin` sets. */
export function takenJob(row: TakenRow, caller: Caller, { agentId, agentType }: Claim): Job {
  const begun: Omit<Job, keyof typeof READ_FIELDS> = {
    status: 'RUNNING',
    notBefore: null,
    final: false,
    coordinatorId: caller.id,
    agentId,
    agentType,
    progressPercent: 0,
    currentStep: null,
    tokensUsed: 0,
    durationSeconds: null,
    result: null,
    error: null,
    failedStep: null,
    gateResults: null,
    continuationPrompt: null,
    endedAt: null,
  };
  return complete(row, begun);
}

/** SQL: the workspace that the caller names, or that has the job of its `Idempotency-Key`, and that it may not touch. */
const FORBIDDEN_OR_TAKEN_AWAY = Prisma.sql`coalesce(forbidden.id, CASE WHEN present.id IS NULL
          THEN (SELECT job.workspace_id FROM prior JOIN public.jobs AS job ON job.id = prior.job_id) END)`;

/**
 * Workspaces take turns: the statement begins after the workspace of the previous claim, and ends at the first job that no
 * other transaction has locked. In each workspace it reads the first jobs from `jobs_claimable_idx` or `jobs_claimable_type_idx`, without
 * a sort of all, so the cost does not depend on the number of waiting jobs. It looks up and locks one job after the other.
 * With a join to a whole set, Postgres may read all jobs.
 *
 * A workspace or coordinator that was at its limit when the statement began has no turn. If there is a limit, `limit_of`
 * decides once the job is locked.
 *
 * A repeat of an `Idempotency-Key` gets its job, or `forbidden_workspace_id` if the workspace of that job was taken away meanwhile.
 */
export const claimStatement = shapes(
  ({ caller, wanted, after, idempotency, firstOfEach }: Claiming & { firstOfEach: number }) => [
    kindOf(caller),
    wanted.workspaceIds !== null,
    wanted.types !== null,
    after === null,
    idempotency !== null,
    firstOfEach,
  ],
  (kind, namesWorkspaces, namesTypes, isFirst, isRepeatable, firstOfEach) => {
    const idempotency = isRepeatable ? GIVEN_IDEMPOTENCY : null;
    // Without a previous workspace the turns begin at a random one.
    const previous = isFirst
      ? Prisma.sql`(SELECT start.id FROM scope AS start ORDER BY pg_catalog.random() LIMIT 1)`
      : AFTER;
    return Prisma.sql`
      WITH ${onBehalfOf(givenCaller(kind))},
      scope AS MATERIALIZED (
        SELECT allowed.workspace_id AS id FROM public.coordinator_workspaces AS allowed, caller, ctx
        WHERE ctx.ready AND allowed.coordinator_id = caller.id
          ${namesWorkspaces ? Prisma.sql`AND allowed.workspace_id = ANY (${WORKSPACE_IDS}::uuid[])` : Prisma.empty}
      ),
      forbidden AS MATERIALIZED (
        ${
          namesWorkspaces
            ? Prisma.sql`SELECT named.id FROM unnest(${WORKSPACE_IDS}::uuid[]) AS named (id)
                WHERE named.id NOT IN (SELECT scope.id FROM scope) LIMIT 1`
            : Prisma.sql`SELECT NULL::uuid AS id WHERE false`
        }
      ),
      ${prior(idempotency, Prisma.sql`FROM caller`)},
      place AS MATERIALIZED (
        SELECT scope.id, of_scope.max_running, of_scope.has_room
        FROM scope CROSS JOIN caller CROSS JOIN LATERAL (
          SELECT workspace.max_running, ${WORKSPACE_HAS_ROOM} AS has_room
          FROM public.workspaces AS workspace WHERE workspace.id = scope.id LIMIT 1
        ) AS of_scope
        WHERE NOT EXISTS (SELECT FROM prior) AND NOT EXISTS (SELECT FROM forbidden) AND ${CALLER_HAS_ROOM}
      ),
      turn AS MATERIALIZED (
        SELECT place.id, place.max_running FROM place WHERE place.has_room
        -- the workspaces after the previous one, then those from the lowest id on
        ORDER BY place.id <= ${previous}, place.id
      ),
      candidate AS MATERIALIZED (
        SELECT locked.id, ${limitReached(Prisma.sql`locked.workspace_id`, Prisma.sql`locked.max_running`)} AS limit_of
        FROM caller CROSS JOIN (${lockedInTurn(namesTypes, firstOfEach)}
        ) AS locked
      ),
      claimed AS (
        UPDATE public.jobs AS job SET ${TAKE}
        FROM candidate, caller, ctx
        WHERE job.id = candidate.id AND candidate.limit_of IS NULL AND ctx.ready
        RETURNING job.*
      ),
      ${remember(idempotency, Prisma.sql`claimed`)}
      present AS (
        SELECT false AS replayed, true AS same_request, claimed.* FROM claimed
        UNION ALL
        SELECT true, prior.same_request, job.* FROM prior
          JOIN public.jobs AS job ON job.id = prior.job_id
          JOIN public.coordinator_workspaces AS allowed ON allowed.workspace_id = job.workspace_id
          JOIN caller ON caller.id = allowed.coordinator_id
      )
      SELECT caller.refusal, ${isRepeatable ? FORBIDDEN_OR_TAKEN_AWAY : Prisma.sql`forbidden.id`} AS forbidden_workspace_id, present.*,
        CASE WHEN caller.max_running IS NULL
          THEN (SELECT CASE WHEN count(place.max_running) = 0 THEN count(*) END FROM place)::int END AS places,
        present.id IS NULL AND EXISTS (
          SELECT FROM turn CROSS JOIN LATERAL (${firstOfTurn(namesTypes, firstOfEach)}) AS first) AS waiting
      FROM caller LEFT JOIN forbidden ON true LEFT JOIN present ON true`;
  },
);

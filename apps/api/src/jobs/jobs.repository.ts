import { Injectable } from '@nestjs/common';
import { accessRefused } from '../common/access/access-refused.error.js';
import type { Caller } from '../common/access/caller.js';
import { assertAllowed, onBehalfOf } from '../database/audited-statement.js';
import { PrismaService } from '../database/prisma.service.js';
import { violatedIndex } from '../database/unique-violation.js';
import { Prisma } from '../generated/prisma/client.js';
import type { Idempotency, Job, JobAttempt, JobStatus, NewJob } from './job.js';
import { type AttemptRow, type JobRow, toAttempt, toJob } from './job-row.js';
import {
  ActiveJobExistsError,
  IdempotencyKeyReusedError,
  IllegalTransitionError,
  JobNotFoundError,
  PreconditionFailedError,
  StaleAttemptError,
} from './jobs.errors.js';
import type { Transition } from './transitions.js';

type Verdict = 'applied' | 'unchanged' | 'precondition-failed' | 'stale-attempt' | 'illegal-transition';

type Answer<Row> = Row & { refusal: string | null };

export interface JobFilter {
  workspaceId: string | null;
  status: JobStatus | null;
  type: string | null;
  repository: string | null;
  issueNumber: number | null;
}

/** True of a job whose workspace the calling coordinator may touch. */
const WITHIN_REACH = Prisma.sql`EXISTS (
  SELECT FROM public.coordinator_workspaces AS allowed
  WHERE allowed.coordinator_id = caller.id AND allowed.workspace_id = job.workspace_id)`;

/** Jobs as a coordinator reads and changes them. Rights and data are one statement, always. */
@Injectable()
export class JobsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Makes a job, or finds the one that this `Idempotency-Key` made within 24 hours.
   *
   * Of two that come at once the second waits on the first one's key, and then cannot see its job in the same statement: it
   * gets no row and asks again.
   *
   * @throws DomainError `workspace-forbidden`, `idempotency-key-reused`, and the refusals of the guard
   */
  async create(
    caller: Caller,
    wanted: NewJob,
    idempotency: Idempotency | null,
  ): Promise<{ job: Job; replayed: boolean }> {
    for (let tries = 0; tries < 3; tries++) {
      const [row] = await this.prisma.$queryRaw<
        Answer<
          Partial<JobRow> & { allowed: boolean; replayed: boolean | null; same_request: boolean | null }
        >[]
      >(
        idempotency === null
          ? createStatement(caller, wanted)
          : createOnceStatement(caller, wanted, idempotency),
      );
      assertAllowed(row);
      if (!row.allowed)
        throw accessRefused('workspace-forbidden', {
          workspaceId: wanted.workspaceId,
          resourceType: 'workspace',
        });
      if (row.same_request === false) throw new IdempotencyKeyReusedError();
      if (isJobRow(row)) return { job: toJob(row), replayed: row.replayed === true };
    }
    throw new Error('the job behind an idempotency key could not be read');
  }

  /**
   * `revs`: those that `If-Match` names; null: any.
   *
   * One statement: lock the job's row, judge (rights, replay, If-Match, attempt, state), update, and say what was done.
   *
   * @throws DomainError `not-found`, `precondition-failed`, `stale-attempt`, `illegal-transition`, and the guard's refusals
   */
  async change(
    caller: Caller,
    id: string,
    revs: number[] | null,
    transition: Transition,
  ): Promise<{ job: Job; applied: boolean }> {
    const [row] = await this.prisma.$queryRaw<
      Answer<Partial<JobRow> & { verdict: Verdict | null; foreign_workspace_id: string | null }>[]
    >`
      WITH ${onBehalfOf(caller)},
      job AS MATERIALIZED (
        SELECT job.* FROM public.jobs AS job, caller, ctx
        WHERE ctx.ready AND job.id = ${id}::uuid AND ${WITHIN_REACH}
        FOR UPDATE OF job
      ),
      judged AS MATERIALIZED (
        SELECT job.id, CASE
          WHEN ${transition.repeated} THEN 'unchanged'
          WHEN NOT (job.rev = ANY (${revs}::int[])) THEN 'precondition-failed'
          WHEN ${transition.stale} THEN 'stale-attempt'
          WHEN ${transition.allowed} THEN 'applied'
          ELSE 'illegal-transition'
        END AS verdict
        FROM job, caller
      ),
      changed AS (
        UPDATE public.jobs AS job
        SET rev = job.rev + 1, updated_at = pg_catalog.date_trunc('milliseconds', pg_catalog.clock_timestamp()),
          ${transition.set}
        FROM judged, caller, ctx
        WHERE job.id = judged.id AND judged.verdict = 'applied' AND ctx.ready
        RETURNING job.*
      ),
      present AS (
        SELECT * FROM changed
        UNION ALL
        SELECT job.* FROM job JOIN judged USING (id) WHERE judged.verdict <> 'applied'
      )
      SELECT caller.refusal, judged.verdict, present.*,
        CASE WHEN judged.id IS NULL AND caller.refusal IS NULL
          THEN (SELECT workspace_id FROM public.jobs WHERE id = ${id}::uuid) END AS foreign_workspace_id
      FROM caller LEFT JOIN judged ON true LEFT JOIN present ON present.id = judged.id`.catch(
      (error: unknown) => {
        // a retry of the stitcher's job while another one for the issue is active
        throw violatedIndex(error) === 'jobs_stitcher_active_key' ? new ActiveJobExistsError() : error;
      },
    );
    assertAllowed(row);
    if (!isJobRow(row)) throw new JobNotFoundError(id, row.foreign_workspace_id);
    switch (row.verdict) {
      case 'precondition-failed':
        throw new PreconditionFailedError(row);
      case 'stale-attempt':
        throw new StaleAttemptError(row);
      case 'illegal-transition':
        throw new IllegalTransitionError(row);
      default:
        return { job: toJob(row), applied: row.verdict === 'applied' };
    }
  }

  /** @throws DomainError `not-found`, and the guard's refusals */
  async find(caller: Caller, id: string): Promise<Job> {
    const [row] = await this.prisma.$queryRaw<
      Answer<Partial<JobRow> & { foreign_workspace_id: string | null }>[]
    >`
      WITH ${onBehalfOf(caller)},
      found AS (
        SELECT job.* FROM public.jobs AS job, caller
        WHERE caller.refusal IS NULL AND job.id = ${id}::uuid AND ${WITHIN_REACH}
      )
      SELECT caller.refusal, found.*,
        CASE WHEN found.id IS NULL AND caller.refusal IS NULL
          THEN (SELECT workspace_id FROM public.jobs WHERE id = ${id}::uuid) END AS foreign_workspace_id
      FROM caller LEFT JOIN found ON true`;
    assertAllowed(row);
    if (!isJobRow(row)) throw new JobNotFoundError(id, row.foreign_workspace_id);
    return toJob(row);
  }

  /**
   * The runs of a job, first to last. One that has ended has its own row; the present one is read off the job.
   *
   * @throws DomainError `not-found`, and the guard's refusals
   */
  async attempts(caller: Caller, id: string): Promise<JobAttempt[]> {
    const rows = await this.prisma.$queryRaw<
      Answer<Partial<AttemptRow> & { job_id: string | null; foreign_workspace_id: string | null }>[]
    >`
      WITH ${onBehalfOf(caller)},
      job AS MATERIALIZED (
        SELECT job.* FROM public.jobs AS job, caller
        WHERE caller.refusal IS NULL AND job.id = ${id}::uuid AND ${WITHIN_REACH}
      ),
      attempts AS (
        SELECT ended.attempt, ended.status, ended.coordinator_id, ended.agent_id, ended.agent_type, ended.progress_percent,
          ended.current_step, ended.tokens_used, ended.duration_seconds, ended.result, ended.error, ended.failed_step,
          ended.gate_results, ended.continuation_prompt, ended.started_at, ended.ended_at
        FROM public.job_attempts AS ended JOIN job ON job.id = ended.job_id
        UNION ALL
        SELECT job.attempt, job.status, job.coordinator_id, job.agent_id, job.agent_type, job.progress_percent,
          job.current_step, job.tokens_used, job.duration_seconds, job.result, job.error, job.failed_step,
          job.gate_results, job.continuation_prompt, job.started_at, job.ended_at
        FROM job WHERE job.status = 'RUNNING'
      )
      SELECT caller.refusal, job.id AS job_id, attempts.*,
        CASE WHEN job.id IS NULL AND caller.refusal IS NULL
          THEN (SELECT workspace_id FROM public.jobs WHERE id = ${id}::uuid) END AS foreign_workspace_id
      FROM caller LEFT JOIN job ON true LEFT JOIN attempts ON true
      ORDER BY attempts.attempt`;
    const [first] = rows;
    assertAllowed(first);
    if (first.job_id === null) throw new JobNotFoundError(id, first.foreign_workspace_id);
    return rows.filter(isAttemptRow).map(toAttempt);
  }

  /**
   * Newest first: ids are UUIDv7, so a page begins below the last id of the page before.
   *
   * @throws DomainError `workspace-forbidden` for a workspace filter out of reach, and the guard's refusals
   */
  async list(
    caller: Caller,
    filter: JobFilter,
    page: { limit: number; belowId: string | null },
  ): Promise<Job[]> {
    const rows = await this.prisma.$queryRaw<Answer<Partial<JobRow> & { allowed: boolean }>[]>`
      WITH ${onBehalfOf(caller)},
      found AS (
        SELECT job.* FROM public.jobs AS job, caller
        WHERE caller.refusal IS NULL AND ${WITHIN_REACH}
          ${filter.workspaceId === null ? Prisma.empty : Prisma.sql`AND job.workspace_id = ${filter.workspaceId}::uuid`}
          ${filter.status === null ? Prisma.empty : Prisma.sql`AND job.status = ${filter.status}::public.job_status`}
          ${filter.type === null ? Prisma.empty : Prisma.sql`AND job.type = ${filter.type}`}
          ${filter.repository === null ? Prisma.empty : Prisma.sql`AND job.repository = lower(${filter.repository})`}
          ${filter.issueNumber === null ? Prisma.empty : Prisma.sql`AND job.issue_number = ${filter.issueNumber}::int`}
          ${page.belowId === null ? Prisma.empty : Prisma.sql`AND job.id < ${page.belowId}::uuid`}
        ORDER BY job.id DESC
        LIMIT ${page.limit}::int
      )
      SELECT caller.refusal, found.*, (${filter.workspaceId}::uuid IS NULL OR EXISTS (
        SELECT FROM public.coordinator_workspaces AS allowed
        WHERE allowed.coordinator_id = caller.id AND allowed.workspace_id = ${filter.workspaceId}::uuid)) AS allowed
      FROM caller LEFT JOIN found ON true
      ORDER BY found.id DESC`;
    const [first] = rows;
    assertAllowed(first);
    if (!first.allowed) {
      throw accessRefused('workspace-forbidden', {
        ...(filter.workspaceId !== null && { workspaceId: filter.workspaceId }),
        resourceType: 'workspace',
      });
    }
    return rows.filter(isJobRow).map(toJob);
  }
}

function isJobRow<Row extends Partial<JobRow>>(row: Row): row is Row & JobRow {
  return typeof row.id === 'string';
}

function isAttemptRow<Row extends Partial<AttemptRow>>(row: Row): row is Row & AttemptRow {
  return typeof row.attempt === 'number';
}

/** The CTE `workspace`: the wanted one, if the caller may touch it. */
function wantedWorkspace(wanted: NewJob): Prisma.Sql {
  return Prisma.sql`
    workspace AS MATERIALIZED (
      SELECT allowed.workspace_id AS id FROM public.coordinator_workspaces AS allowed, caller, ctx
      WHERE ctx.ready AND allowed.coordinator_id = caller.id AND allowed.workspace_id = ${wanted.workspaceId}::uuid
    )`;
}

function newJobValues(wanted: NewJob): Prisma.Sql {
  return Prisma.sql`${wanted.type}, 'API'::public.job_origin, lower(${wanted.repository}), ${wanted.issueNumber}::int,
    ${wanted.priority}::smallint, ${JSON.stringify(wanted.metadata)}::jsonb, ${wanted.maxAttempts}::smallint, caller.id`;
}

const NEW_JOB_COLUMNS = Prisma.sql`workspace_id, type, origin, repository, issue_number, priority, metadata, max_attempts, created_by`;

function createStatement(caller: Caller, wanted: NewJob): Prisma.Sql {
  return Prisma.sql`
    WITH ${onBehalfOf(caller)}, ${wantedWorkspace(wanted)},
    created AS (
      INSERT INTO public.jobs (${NEW_JOB_COLUMNS})
      SELECT workspace.id, ${newJobValues(wanted)} FROM workspace, caller
      RETURNING *
    )
    SELECT caller.refusal, workspace.id IS NOT NULL AS allowed, created.*
    FROM caller LEFT JOIN workspace ON true LEFT JOIN created ON true`;
}

function createOnceStatement(
  caller: Caller,
  wanted: NewJob,
  { route, key, requestDigest }: Idempotency,
): Prisma.Sql {
  return Prisma.sql`
    WITH ${onBehalfOf(caller)}, ${wantedWorkspace(wanted)},
    prior AS MATERIALIZED (
      SELECT known.job_id, known.request_digest = ${requestDigest} AS same_request
      FROM public.idempotency_keys AS known, caller, workspace
      WHERE known.coordinator_id = caller.id AND known.route = ${route} AND known.key = ${key}
        AND known.created_at > pg_catalog.statement_timestamp() - interval '24 hours'
    ),
    claimed AS (
      INSERT INTO public.idempotency_keys AS known (coordinator_id, route, key, request_digest, job_id)
      SELECT caller.id, ${route}, ${key}, ${requestDigest}, public.uuid_v7() FROM caller, workspace
      WHERE NOT EXISTS (SELECT FROM prior)
      ON CONFLICT (coordinator_id, route, key) DO UPDATE
        SET request_digest = excluded.request_digest, job_id = excluded.job_id, created_at = excluded.created_at
        WHERE known.created_at <= pg_catalog.statement_timestamp() - interval '24 hours'
      RETURNING known.job_id
    ),
    created AS (
      INSERT INTO public.jobs (id, ${NEW_JOB_COLUMNS})
      SELECT claimed.job_id, workspace.id, ${newJobValues(wanted)} FROM claimed, workspace, caller
      RETURNING *
    ),
    present AS (
      SELECT false AS replayed, true AS same_request, created.* FROM created
      UNION ALL
      SELECT true, prior.same_request, job.* FROM prior JOIN public.jobs AS job ON job.id = prior.job_id
    )
    SELECT caller.refusal, workspace.id IS NOT NULL AS allowed, present.*
    FROM caller LEFT JOIN workspace ON true LEFT JOIN present ON true`;
}

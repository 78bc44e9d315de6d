import { Injectable } from '@nestjs/common';
import { accessRefused } from '../common/access/access-refused.error.js';
import type { Caller } from '../common/access/caller.js';
import { stringifyJson } from '../common/exact-json.js';
import {
  assertAllowed,
  type CallerKind,
  givenCaller,
  kindOf,
  onBehalfOf,
  onBehalfOfAllowed,
  onBehalfOfIf,
} from '../database/audited-statement.js';
import { violatedIndex } from '../database/database-errors.js';
import { type Fields, updaterOf } from '../database/fields.js';
import { PrismaService } from '../database/prisma.service.js';
import { given, type Statement, shapes } from '../database/shape.js';
import { Prisma } from '../generated/prisma/client.js';
import { retryOnConflict } from './idempotency.js';
import { GIVEN_IDEMPOTENCY, prior, remember } from './idempotency.statement.js';
import type { Idempotency, Job, NewJob } from './job.js';
import { isJobRow, JOB_COLUMNS, type JobRow, jobColumnsOf, toJob } from './job-row.js';
import {
  CLOCK_TIME,
  heldUntil,
  LEASE_END,
  type Rules,
  type Transition,
} from './job-transitions.statement.js';
import {
  ActiveJobExistsError,
  type AttemptEnd,
  IdempotencyKeyReusedError,
  JobNotFoundError,
  PreconditionFailedError,
  RunningLimitReachedError,
  StaleAttemptError,
  transitionRefused,
} from './jobs.errors.js';
import { RunningAttempts } from './running-attempts.js';
import { inWorkspaceScope } from './workspace-scope.statement.js';

type Verdict =
  | 'applied'
  | 'unchanged'
  | 'precondition-failed'
  | 'stale-attempt'
  | 'illegal-transition'
  | 'coordinator-limit'
  | 'workspace-limit';

type Answer<Row> = Row & { refusal: string | null };

/**
 * Makes jobs for coordinators, and changes jobs for coordinators and operators. One statement always does both the permission
 * check and the change.
 */
@Injectable()
export class JobsRepository {
  constructor(
    private readonly prisma: PrismaService,
    private readonly running: RunningAttempts,
  ) {}

  /**
   * Makes a job, or finds the job that this `Idempotency-Key` made within 24 hours.
   *
   * @throws DomainError `workspace-forbidden`, `repository-forbidden` for a repository of another workspace,
   *   `idempotency-key-reused`, and the refusals of `assertAllowed`
   */
  async create(
    caller: Caller,
    wanted: NewJob,
    idempotency: Idempotency | null,
  ): Promise<{ job: Job; replayed: boolean }> {
    const [row] = await retryOnConflict(() =>
      this.prisma.rowsShared<
        Answer<
          Partial<JobRow> & {
            allowed: boolean;
            foreign_repository: boolean;
            replayed: boolean | null;
            same_request: boolean | null;
          }
        >
      >(createStatement({ caller, wanted, idempotency })),
    );
    assertAllowed(row);
    if (!row.allowed)
      throw accessRefused('workspace-forbidden', {
        workspaceId: wanted.workspaceId,
        resourceType: 'workspace',
      });
    if (row.foreign_repository) {
      throw accessRefused('repository-forbidden', {
        workspaceId: wanted.workspaceId,
        resourceType: 'repository',
      });
    }
    if (row.same_request === false) throw new IdempotencyKeyReusedError();
    if (!isJobRow(row)) throw new Error('the insert returned no job');
    return { job: toJob(row), replayed: row.replayed === true };
  }

  /**
   * `revs`: the revs that `If-Match` names; null: any.
   *
   * First a short statement changes the job if all conditions hold. This is the usual case, and it costs Postgres two
   * thirds of the full statement, or less if this process knows the running attempt. If it changed nothing, it does not
   * say why. Then the full statement locks the row, checks the conditions (permissions, replay, If-Match, attempt,
   * status), makes the change if it is allowed by then, and returns what it did. Each of these statements checks the
   * caller's permissions itself.
   *
   * @throws DomainError `not-found`, `precondition-failed`, `stale-attempt`, `illegal-transition`, and the guard's
   *   refusals
   */
  async change(
    caller: Caller,
    id: string,
    revs: number[] | null,
    { rules, report }: Transition,
  ): Promise<{ job: Job; applied: boolean }> {
    const change = { caller, id, revs, report };
    try {
      const changed = await this.changedShortly(change, rules);
      if (changed !== undefined) return { job: changed, applied: true };

      const judged = statementsOf(rules).judging(change);
      // Under a limit, a start locks it and counts the running jobs.
      const [row] = await (rules.limit === undefined
        ? this.prisma.rowsShared<Judged>(judged)
        : this.prisma.rows<Judged>(judged));
      assertAllowed(row);
      if (!isJobRow(row)) throw new JobNotFoundError(id, row.foreign_workspace_id);
      switch (row.verdict) {
        case 'precondition-failed':
          throw new PreconditionFailedError(caller.kind, row);
        case 'stale-attempt':
          throw await this.staleAttempt(caller, row, report.attempt);
        case 'illegal-transition':
          throw transitionRefused(caller.kind, rules.verb, row);
        case 'coordinator-limit':
          throw new RunningLimitReachedError(caller.kind, row, 'coordinator');
        case 'workspace-limit':
          throw new RunningLimitReachedError(caller.kind, row, 'workspace');
        default:
          return { job: this.noted(toJob(row)), applied: row.verdict === 'applied' };
      }
    } catch (error) {
      if (violatedIndex(error) !== 'jobs_stitcher_active_key') throw error;
      throw new ActiveJobExistsError(await this.activeInsteadOf(caller, id));
    }
  }

  /** The changed job; undefined if a condition does not hold. */
  private async changedShortly(change: Change, rules: Rules): Promise<Job | undefined> {
    const { changing, continuing } = statementsOf(rules);
    const known = continuing && this.running.find(change.id, change.report.attempt);
    if (continuing === undefined || known === undefined) {
      const [row] = await this.prisma.rowsShared<JobRow>(changing(change));
      return row && this.noted(toJob(row));
    }
    const [row] = await this.prisma.rowsShared<ChangingRow>(continuing.statement(change));
    if (row === undefined) return undefined;
    const job = continuing.update(known, row);
    if (job.status !== 'RUNNING') this.running.forget(job.id);
    return job;
  }

  private noted(job: Job): Job {
    this.running.note(job);
    return job;
  }

  private async staleAttempt(caller: Caller, job: JobRow, named: number | null): Promise<StaleAttemptError> {
    if (named === null) return new StaleAttemptError(job, named);
    const [row] = await this.prisma.rows<
      Answer<{ status: AttemptEnd['status'] | null; error: string | null; ended_at: Date | null }>
    >(Prisma.sql`
      WITH ${onBehalfOf(caller)}
      SELECT caller.refusal, ended.status, ended.error, ended.ended_at
      FROM caller LEFT JOIN public.job_attempts AS ended ON ended.job_id = ${job.id}::uuid AND ended.attempt = ${named}`);
    assertAllowed(row);
    const { status, error, ended_at: endedAt } = row;
    if (status === null || endedAt === null) return new StaleAttemptError(job, named);
    return new StaleAttemptError(job, named, { status, error, endedAt });
  }

  /**
   * The active job that prevents the retry of the stitcher's job `id`. It has the same issue, and so the same
   * workspace.
   */
  private async activeInsteadOf(caller: Caller, id: string): Promise<string | undefined> {
    const [row] = await this.prisma.rows<Answer<{ id: string | null }>>(Prisma.sql`
      WITH ${onBehalfOf(caller)}
      SELECT caller.refusal, active.id
      FROM caller LEFT JOIN (
        public.jobs AS job JOIN public.jobs AS active USING (workspace_id, repository_key, issue_number, type)
      ) ON job.id = ${id}::uuid AND active.origin = 'STITCHER' AND active.status IN ('PENDING', 'RUNNING')
        AND ${inWorkspaceScope(caller, Prisma.sql`active.workspace_id`)}`);
    assertAllowed(row);
    return row.id ?? undefined;
  }
}

type Judged = Answer<Partial<JobRow> & { verdict: Verdict | null; foreign_workspace_id: string | null }>;

interface Change {
  caller: Caller;
  id: string;
  revs: number[] | null;
  report: Transition['report'];
}

const JOB_ID = given((it: Change) => it.id);
const REVS = given((it: Change) => it.revs);

/** The columns of the members that a change may set. */
type ChangingRow = Record<string, unknown>;

const ATTEMPT = given((it: Change) => it.report.attempt);

interface ChangeStatements {
  changing: (change: Change) => Statement;
  judging: (change: Change) => Statement;
  /** for an attempt that is known */
  continuing?: {
    statement: (change: Change) => Statement;
    update: (known: Job, row: ChangingRow) => Job;
  };
}

const STATEMENTS = new WeakMap<Rules, ChangeStatements>();

function statementsOf(rules: Rules): ChangeStatements {
  let statements = STATEMENTS.get(rules);
  if (statements === undefined) {
    const variantOf = ({ caller }: Change) => [kindOf(caller)] as const;
    statements = {
      changing: shapes(variantOf, (kind) => changeStatement(kind, rules)),
      judging: shapes(variantOf, (kind) => judgingStatement(kind, rules)),
    };
    const { changing } = rules;
    if (changing !== undefined) {
      statements.continuing = {
        statement: shapes(variantOf, (kind) => continuingStatement(kind, rules, changing)),
        update: updaterOf(changing),
      };
    }
    STATEMENTS.set(rules, statements);
  }
  return statements;
}

/**
 * Changes the job if it is in the workspace scope and all conditions of {@link judgingStatement} hold. If the statement
 * waited for the row lock, Postgres checks the conditions again. A condition may be null; `CASE` treats null as false.
 *
 * A start writes the caller into the job, so it joins the CTE `caller`. Any other change proves the caller in a condition,
 * which Postgres evaluates last and only for this job, and which costs less than a join (docs/adr/0077).
 */
function changeStatement(kind: CallerKind, rules: Rules): Prisma.Sql {
  const caller = givenCaller(kind);
  const isNew =
    rules.staleWhileRunning === undefined
      ? Prisma.sql`(${rules.repeated}) IS NOT TRUE AND (${rules.stale}) IS NOT TRUE`
      : Prisma.sql`(${rules.staleWhileRunning}) IS NOT TRUE`;
  const ofCaller = Prisma.sql`${inWorkspaceScope(caller, Prisma.sql`job.workspace_id`)} AND ${isNew}`;
  return rules.limit === undefined
    ? Prisma.sql`
      UPDATE public.jobs AS job SET ${assignments(rules)}
      WHERE ${conditionsOf(rules)} AND ${onBehalfOfIf(caller, ofCaller)}
      RETURNING ${JOB_COLUMNS}`
    : Prisma.sql`
      WITH ${onBehalfOfAllowed(caller)}
      UPDATE public.jobs AS job SET ${assignments(rules)}
      FROM caller
      WHERE ${conditionsOf(rules)} AND caller.ready AND ${ofCaller} AND ${rules.limit.none}
      RETURNING ${JOB_COLUMNS}`;
}

/** {@link changeStatement} for an attempt that is known. It returns only what may have changed. */
function continuingStatement(kind: CallerKind, rules: Rules, changing: Fields): Prisma.Sql {
  const caller = givenCaller(kind);
  return Prisma.sql`
      UPDATE public.jobs AS job SET ${assignments(rules)}
      WHERE ${conditionsOf(rules)}
      AND job.attempt = ${ATTEMPT}::int
      AND ${onBehalfOfIf(caller, inWorkspaceScope(caller, Prisma.sql`job.workspace_id`))}
      RETURNING ${jobColumnsOf(changing)}`;
}

function conditionsOf(rules: Rules): Prisma.Sql {
  return Prisma.sql`
      job.id = ${JOB_ID}::uuid
      AND (job.rev = ANY (${REVS}::int[])) IS NOT FALSE
      -- IS TRUE: the plan finds the job by its id, not by an index of its status
      AND (${rules.allowed}) IS TRUE
      AND (${rules.idle ?? Prisma.sql`false`}) IS NOT TRUE`;
}

function judgingStatement(kind: CallerKind, rules: Rules): Prisma.Sql {
  const caller = givenCaller(kind);
  return Prisma.sql`
    WITH ${onBehalfOf(caller)},
    job AS MATERIALIZED (
      SELECT job.* FROM public.jobs AS job, caller, ctx
      WHERE ctx.ready AND job.id = ${JOB_ID}::uuid AND ${inWorkspaceScope(caller, Prisma.sql`job.workspace_id`)}
      FOR UPDATE OF job
    ),
    judged AS MATERIALIZED (
      SELECT job.id, CASE
        WHEN ${rules.repeated} THEN 'unchanged'
        WHEN NOT (job.rev = ANY (${REVS}::int[])) THEN 'precondition-failed'
        WHEN ${rules.stale} THEN 'stale-attempt'
        WHEN ${rules.allowed} AND ${rules.idle ?? Prisma.sql`false`} THEN 'unchanged'
        WHEN ${rules.allowed} THEN ${rules.limit === undefined ? Prisma.sql`'applied'` : Prisma.sql`coalesce(${rules.limit.reached}, 'applied')`}
        ELSE 'illegal-transition'
      END AS verdict
      FROM job, caller
    ),
    changed AS (
      UPDATE public.jobs AS job
      SET ${assignments(rules)}
      FROM judged, caller, ctx
      WHERE job.id = judged.id AND judged.verdict = 'applied' AND ctx.ready
      RETURNING job.*
    ),
    ${rules.idle ? RENEWED : Prisma.empty}
    present AS (
      SELECT * FROM changed
      UNION ALL
      ${rules.idle ? Prisma.sql`SELECT * FROM renewed UNION ALL` : Prisma.empty}
      SELECT job.* FROM job JOIN judged USING (id)
      WHERE judged.verdict <> 'applied' ${rules.idle ? Prisma.sql`AND NOT EXISTS (SELECT FROM renewed)` : Prisma.empty}
    )
    SELECT caller.refusal, judged.verdict, present.*,
      CASE WHEN judged.id IS NULL AND caller.refusal IS NULL
        THEN (SELECT workspace_id FROM public.jobs WHERE id = ${JOB_ID}::uuid) END AS foreign_workspace_id
    FROM caller LEFT JOIN judged ON true LEFT JOIN present ON present.id = judged.id`;
}

function assignments(rules: Rules): Prisma.Sql {
  return Prisma.sql`rev = job.rev + 1, updated_at = ${CLOCK_TIME}, ${rules.set}`;
}

/** The CTE `renewed`: extends only the lease, which neither raises `rev` nor writes an audit record. */
const RENEWED = Prisma.sql`
  renewed AS (
    UPDATE public.jobs AS job SET lease_expires_at = ${LEASE_END} FROM judged
    WHERE job.id = judged.id AND judged.verdict = 'unchanged' AND job.lease_seconds IS NOT NULL
    RETURNING job.*
  ),`;

interface Creation {
  caller: Caller;
  wanted: NewJob;
  idempotency: Idempotency | null;
}

const createStatement = shapes(
  ({ caller, idempotency }: Creation) => [kindOf(caller), idempotency !== null],
  (kind, isRepeatable) => {
    const idempotency = isRepeatable ? GIVEN_IDEMPOTENCY : null;
    const wanted = (from: (wanted: NewJob) => unknown) => given((it: Creation) => from(it.wanted));
    const repository = wanted((it) => it.repository);
    return Prisma.sql`
      WITH ${onBehalfOf(givenCaller(kind))},
      workspace AS MATERIALIZED (
        SELECT allowed.workspace_id AS id FROM public.coordinator_workspaces AS allowed, caller, ctx
        WHERE ctx.ready AND allowed.coordinator_id = caller.id AND allowed.workspace_id = ${wanted((it) => it.workspaceId)}::uuid
      ),
      foreign_owner AS MATERIALIZED (
        SELECT known.workspace_id FROM public.workspace_repositories AS known JOIN workspace ON workspace.id <> known.workspace_id
        WHERE known.repository = ${repository}
      ),
      place AS MATERIALIZED (SELECT workspace.id FROM workspace WHERE NOT EXISTS (SELECT FROM foreign_owner)),
      ${prior(idempotency, Prisma.sql`FROM caller, place`)},
      created AS (
        INSERT INTO public.jobs (workspace_id, type, origin, repository, issue_number, priority, metadata, max_attempts, not_before, retry, created_by)
        SELECT place.id, ${wanted((it) => it.type)}, 'API'::public.job_origin, ${repository}, ${wanted((it) => it.issueNumber)}::int,
          ${wanted((it) => it.priority)}::smallint, ${wanted((it) => stringifyJson(it.metadata))}::jsonb, ${wanted((it) => it.maxAttempts)}::smallint,
          ${heldUntil(wanted((it) => it.notBefore))}, ${wanted((it) => it.retry && stringifyJson(it.retry))}::jsonb, caller.id
        FROM place, caller
        WHERE NOT EXISTS (SELECT FROM prior)
        RETURNING *
      ),
      ${remember(idempotency, Prisma.sql`created`)}
      present AS (
        SELECT false AS replayed, true AS same_request, created.* FROM created
        UNION ALL
        SELECT true, prior.same_request, job.* FROM prior JOIN public.jobs AS job ON job.id = prior.job_id
      )
      SELECT caller.refusal, workspace.id IS NOT NULL AS allowed,
        EXISTS (SELECT FROM foreign_owner) AS foreign_repository, present.*
      FROM caller LEFT JOIN workspace ON true LEFT JOIN present ON true`;
  },
);

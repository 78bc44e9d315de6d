import { Injectable } from '@nestjs/common';
import { accessRefused } from '../common/access/access-refused.error.js';
import type { Caller } from '../common/access/caller.js';
import { stringifyJson } from '../common/exact-json.js';
import { assertAllowed, givenCaller, kindOf, onBehalfOf } from '../database/audited-statement.js';
import { violatedIndex } from '../database/database-errors.js';
import { PrismaService } from '../database/prisma.service.js';
import { given, shapes } from '../database/shape.js';
import { Prisma } from '../generated/prisma/client.js';
import { retryOnConflict } from './idempotency.js';
import { GIVEN_IDEMPOTENCY, prior, remember } from './idempotency.statement.js';
import type { Idempotency, Job, NewJob } from './job.js';
import { type Change, type ChangingRow, statementsOf } from './job-change.statement.js';
import { isJobRow, type JobRow, toJob } from './job-row.js';
import { heldUntil, type Rules, type Transition } from './job-transitions.statement.js';
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

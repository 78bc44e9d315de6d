import { stringifyJson } from '../common/exact-json.js';
import type { Fields } from '../database/fields.js';
import { type Given, given, type Values } from '../database/shape.js';
import { Prisma } from '../generated/prisma/client.js';
import { JOB_FIELDS } from './job.js';
import { CHANGING_FIELDS } from './job-row.js';
import { hasNoLimit, limitReached } from './running-limit.statement.js';

/** What a request says about a job. A member that it leaves out is null to the statement. */
interface Report {
  /** the attempt that the request names */
  attempt: number | null;
}

/** A change that a request wants. */
export interface Transition {
  rules: Rules;
  report: Report;
}

/**
 * One kind of change to a job, as SQL over the locked row `job`. The conditions are checked in this order: first a
 * repeat of an earlier change, then (after If-Match) a stale attempt, then whether the status allows the change.
 */
export interface Rules {
  /** for error messages: "Cannot <verb> a PENDING job" */
  verb: string;
  /** true if the job is already in the requested state; the response is 200 and nothing changes */
  repeated: Prisma.Sql;
  /** true if the named attempt is a stale fencing token */
  stale: Prisma.Sql;
  allowed: Prisma.Sql;
  /**
   * `stale` for a RUNNING job, if the change is allowed for no other; it compares less. If it is false, the request means
   * the present attempt, which has not ended, so the request repeats no earlier one. If the request names an attempt, it
   * must compare nothing but the attempt.
   */
  staleWhileRunning?: Prisma.Sql;
  /**
   * for a change with `staleWhileRunning`: the members that may differ afterwards from what a server remembers of the attempt
   * (docs/adr/0079); without it, all are read
   */
  changing?: Fields;
  set: Prisma.Sql;
  /**
   * true if the change is allowed but changes no value; it then renews only the lease, which does not count as a change
   * of the job
   */
  idle?: Prisma.Sql;
  /** for a change that makes the job RUNNING */
  limit?: {
    /** true if no limit applies, so that nothing has to be locked and counted */
    none: Prisma.Sql;
    /** the verdict if a limit is reached, else null; asked only for an allowed change, with the job locked */
    reached: Prisma.Sql;
  };
}

/**
 * Composes the rules of one kind of change once.
 *
 * @param compose gets a function that reads a value from the report of each request
 */
function transition<OwnReport extends Report>(
  compose: (
    given: (from: (report: OwnReport) => unknown) => Given<{ report: OwnReport }>,
    attempt: Given<{ report: OwnReport }>,
  ) => Rules,
): (report: OwnReport) => Transition {
  const ofReport = (from: (report: OwnReport) => unknown) =>
    given((input: { report: OwnReport }) => from(input.report));
  const rules = compose(
    ofReport,
    ofReport(({ attempt }) => attempt),
  );
  return (report) => ({ rules, report });
}

/**
 * The current clock time, not the start of the statement: a change that waited for its row happens when it gets the
 * lock. Truncated to milliseconds, the precision of the columns. Rounding could give a time in the future.
 */
export const CLOCK_TIME = Prisma.sql`pg_catalog.date_trunc('milliseconds', pg_catalog.clock_timestamp())`;

/** The end of a lease that begins now. */
export const LEASE_END = Prisma.sql`${CLOCK_TIME} + pg_catalog.make_interval(secs => job.lease_seconds)`;

/**
 * Ends an attempt. It reads the clock once, so the duration is exactly the difference of the two times.
 *
 * @param durationSeconds as the coordinator reports it
 */
function endNow(durationSeconds: unknown = null): Prisma.Sql {
  return Prisma.sql`(ended_at, duration_seconds) = (
    SELECT now.at, CASE WHEN job.status = 'RUNNING'
      THEN coalesce(${durationSeconds}::float8, public.seconds_between(job.started_at, now.at)) ELSE job.duration_seconds END
    FROM (SELECT ${CLOCK_TIME} AS at) AS now)`;
}

const NO_LEASE = Prisma.sql`lease_seconds = NULL, lease_expires_at = NULL`;

/**
 * On a PENDING job every named attempt is stale, because that attempt has ended. The same holds for a FAILED job that
 * no coordinator reported as failed.
 */
function fencedOff(attempt: unknown): Prisma.Sql {
  return Prisma.sql`(${attempt}::int IS NOT NULL AND (job.status = 'PENDING' OR job.attempt <> ${attempt}::int
    OR (job.status = 'FAILED' AND job.outcome_digest IS NULL)))`;
}

/**
 * An attempt belongs to its coordinator. If another coordinator names no attempt, it may mean an older attempt that has
 * ended.
 */
function fencedOffFromAttempt(attempt: unknown): Prisma.Sql {
  return Prisma.sql`(${fencedOff(attempt)}
    OR (${attempt}::int IS NULL AND job.status = 'RUNNING' AND job.coordinator_id IS DISTINCT FROM caller.id))`;
}

/** The rules of a change that only a RUNNING job allows. */
function onlyRunning(attempt: unknown): Pick<Rules, 'stale' | 'allowed' | 'staleWhileRunning'> {
  return {
    stale: fencedOffFromAttempt(attempt),
    allowed: Prisma.sql`job.status = 'RUNNING'`,
    staleWhileRunning: Prisma.sql`(job.attempt <> ${attempt}::int OR (${attempt}::int IS NULL AND job.coordinator_id IS DISTINCT FROM caller.id))`,
  };
}

export interface Agent {
  agentId: string | null;
  agentType: string | null;
  /** null: no lease; the attempt ends only on request */
  leaseSeconds: number | null;
}

/**
 * A job that a claim may take, as SQL over `job`. A job with `not_before` is held back. The sweeper of leases clears the
 * column when the time has come, so the claim reads one index in which every job is due (docs/adr/0060).
 */
export const CLAIMABLE = Prisma.sql`job.status = 'PENDING' AND job.not_before IS NULL`;

/** The value of `not_before` for a new job: null if the time is not in the future. */
export function heldUntil(notBefore: unknown): Prisma.Sql {
  return Prisma.sql`CASE WHEN ${notBefore}::timestamptz > pg_catalog.clock_timestamp() THEN ${notBefore}::timestamptz END`;
}

/** Assignments at the start of an attempt. They clear everything of the previous attempt. */
export function begin(agent: Values<Agent>): Prisma.Sql {
  return Prisma.sql`status = 'RUNNING', attempt = job.attempt + 1, retried = false, not_before = NULL, triggers_seen = job.trigger_count, coordinator_id = caller.id,
    agent_id = ${agent.agentId}, agent_type = ${agent.agentType}, progress_percent = 0, current_step = NULL, tokens_used = 0,
    duration_seconds = NULL, result = NULL, error = NULL, failed_step = NULL, gate_results = NULL,
    continuation_prompt = NULL, outcome_digest = NULL, ended_at = NULL, lease_seconds = ${agent.leaseSeconds}::int,
    (started_at, lease_expires_at) = (
      SELECT moment.start, moment.start + pg_catalog.make_interval(secs => ${agent.leaseSeconds}::int)
      -- reads the job, so that Postgres evaluates it again after a wait for the row
      FROM (SELECT ${CLOCK_TIME} AS start WHERE job.status = 'PENDING') AS moment)`;
}

const LIMIT_OF_WORKSPACE = Prisma.sql`(
  SELECT workspace.max_running FROM public.workspaces AS workspace WHERE workspace.id = job.workspace_id)`;

export const start = transition<Agent & Report>((given, attempt) => {
  const agentId = given((it) => it.agentId);
  return {
    verb: 'start',
    repeated: Prisma.sql`job.status = 'RUNNING' AND job.coordinator_id = caller.id AND job.agent_id = ${agentId}
      AND (${attempt}::int IS NULL OR job.attempt = ${attempt}::int)`,
    stale: fencedOff(attempt),
    allowed: Prisma.sql`job.status = 'PENDING' AND job.attempt < job.max_attempts`,
    set: begin({
      agentId,
      agentType: given((it) => it.agentType),
      leaseSeconds: given((it) => it.leaseSeconds),
    }),
    limit: {
      none: hasNoLimit(LIMIT_OF_WORKSPACE),
      reached: Prisma.sql`(${limitReached(Prisma.sql`job.workspace_id`, LIMIT_OF_WORKSPACE)}) || '-limit'`,
    },
  };
});

export const cancel = transition<Report>((_, attempt) => ({
  verb: 'cancel',
  repeated: Prisma.sql`job.status = 'CANCELLED' AND (${attempt}::int IS NULL OR job.attempt = ${attempt}::int)`,
  stale: fencedOffFromAttempt(attempt),
  allowed: Prisma.sql`job.status IN ('PENDING', 'RUNNING')`,
  set: Prisma.sql`status = 'CANCELLED', retried = false, not_before = NULL, ${endNow()}, ${NO_LEASE}`,
}));

/** The older API calls this before a start. A PENDING job stays PENDING; any other status is refused. */
export const queue = transition<Report>((_, attempt) => ({
  verb: 'queue',
  repeated: Prisma.sql`job.status = 'PENDING' AND (${attempt}::int IS NULL OR job.attempt = ${attempt}::int)`,
  stale: fencedOff(attempt),
  allowed: Prisma.sql`false`,
  set: Prisma.sql`status = job.status`,
}));

export interface Progress extends Report {
  progressPercent: number;
  currentStep?: string | null;
  tokensUsed?: number | null;
}

/** Percent and tokens keep their maximum. The step follows the percent, so a late report does not set it back. */
export const progress = transition<Progress>((given, attempt) => {
  const percent = given((it) => it.progressPercent);
  const step = given((it) => it.currentStep);
  const tokens = given((it) => it.tokensUsed);
  const moves = Prisma.sql`(${percent}::float8 > job.progress_percent
    OR ${tokens}::bigint > job.tokens_used
    OR (${percent}::float8 >= job.progress_percent AND ${step}::text IS DISTINCT FROM job.current_step
      AND ${step}::text IS NOT NULL))`;
  return {
    verb: 'report progress of',
    // A report is never a repeat: If-Match and the attempt are always checked.
    repeated: Prisma.sql`false`,
    ...onlyRunning(attempt),
    changing: CHANGING_FIELDS,
    set: Prisma.sql`
      current_step = CASE WHEN ${percent}::float8 >= job.progress_percent
        THEN coalesce(${step}::text, job.current_step) ELSE job.current_step END,
      progress_percent = greatest(job.progress_percent, ${percent}::float8),
      tokens_used = greatest(job.tokens_used, ${tokens}::bigint),
      lease_expires_at = ${LEASE_END}`,
    idle: Prisma.sql`${moves} IS NOT TRUE`,
  };
});

export interface Completion extends Report {
  result?: unknown;
  tokensUsed?: number | null;
  durationSeconds?: number | null;
  digest: Uint8Array<ArrayBuffer>;
}

const { status, durationSeconds, result, endedAt } = JOB_FIELDS;

export const complete = transition<Completion>((given, attempt) => {
  const digest = given((it) => it.digest);
  return {
    verb: 'complete',
    repeated: sameOutcome('COMPLETED', digest),
    ...onlyRunning(attempt),
    changing: { ...CHANGING_FIELDS, status, durationSeconds, result, endedAt },
    set: Prisma.sql`status = 'COMPLETED', result = ${given((it) => json(it.result))}::jsonb,
      tokens_used = greatest(job.tokens_used, ${given((it) => it.tokensUsed)}::bigint),
      outcome_digest = ${digest}, ${endNow(given((it) => it.durationSeconds))}, ${NO_LEASE}`,
  };
});

export interface Failure extends Report {
  error: string;
  failedStep?: string | null;
  gateResults?: unknown;
  continuationPrompt?: string | null;
  digest: Uint8Array<ArrayBuffer>;
}

export const fail = transition<Failure & { final?: boolean }>((given, attempt) => {
  const digest = given((it) => it.digest);
  return {
    verb: 'fail',
    repeated: sameOutcome('FAILED', digest),
    stale: fencedOffFromAttempt(attempt),
    allowed: Prisma.sql`job.status IN ('PENDING', 'RUNNING')`,
    set: Prisma.sql`status = 'FAILED', final = ${given((it) => it.final ?? false)}::boolean, retried = false, not_before = NULL, error = ${given((it) => it.error)},
      failed_step = ${given((it) => it.failedStep)}, gate_results = ${given((it) => json(it.gateResults))}::jsonb,
      continuation_prompt = ${given((it) => it.continuationPrompt)}, outcome_digest = ${digest}, ${endNow()}, ${NO_LEASE}`,
  };
});

/**
 * Fails the attempt, and returns the job to PENDING in the same statement while attempts remain. `afterSeconds`: how long the job is then
 * held back; null: as its retry policy says.
 *
 * A repeat finds its digest in the history of attempts, so it is recognised whatever became of the job.
 */
export const failAndRequeue = transition<Failure & { afterSeconds: number | null }>((given, attempt) => {
  const digest = given((it) => it.digest);
  const [error, failedStep] = [given((it) => it.error), given((it) => it.failedStep)];
  const gateResults = Prisma.sql`${given((it) => json(it.gateResults))}::jsonb`;
  const prompt = given((it) => it.continuationPrompt);
  const afterSeconds = given((it) => it.afterSeconds);
  const remain = Prisma.sql`job.attempt < job.max_attempts`;
  return {
    verb: 'fail and retry',
    repeated: Prisma.sql`(${sameOutcome('FAILED', digest)}) OR EXISTS (
      SELECT FROM public.job_attempts AS ended
      WHERE ended.job_id = job.id AND ended.attempt = ${attempt}::int AND ended.requeue_digest = ${digest})`,
    ...onlyRunning(attempt),
    set: Prisma.sql`status = (CASE WHEN ${remain} THEN 'PENDING' ELSE 'FAILED' END)::public.job_status,
      retried = false, error = ${error}, failed_step = ${failedStep}, gate_results = ${gateResults},
      continuation_prompt = ${prompt}, outcome_digest = ${digest},
      coordinator_id = CASE WHEN ${remain} THEN NULL ELSE job.coordinator_id END,
      agent_id = CASE WHEN ${remain} THEN NULL ELSE job.agent_id END,
      agent_type = CASE WHEN ${remain} THEN NULL ELSE job.agent_type END,
      previous_attempt = CASE WHEN ${remain} THEN pg_catalog.jsonb_build_object('attempt', job.attempt, 'error', ${error}::text,
        'failedStep', ${failedStep}::text, 'continuationPrompt', ${prompt}::text, 'gateResults', ${gateResults})
        ELSE job.previous_attempt END,
      (ended_at, duration_seconds, not_before) = (
        SELECT CASE WHEN ${remain} THEN NULL ELSE now.at END,
          CASE WHEN ${remain} THEN NULL ELSE public.seconds_between(job.started_at, now.at) END,
          CASE WHEN NOT ${remain} OR ${afterSeconds}::int = 0 THEN NULL
            WHEN ${afterSeconds}::int IS NULL THEN public.retry_at(job.retry, job.attempt, now.at)
            ELSE now.at + pg_catalog.make_interval(secs => ${afterSeconds}::int) END
        FROM (SELECT ${CLOCK_TIME} AS at) AS now),
      ${NO_LEASE}`,
  };
});

/**
 * `attempt` identifies a repeat: only the retry that requeued the job can repeat. A request without an attempt is a
 * further retry.
 */
export const retry = transition<Report>((_, attempt) => ({
  verb: 'retry',
  repeated: Prisma.sql`job.status = 'PENDING' AND job.retried AND job.attempt = ${attempt}::int`,
  stale: Prisma.sql`(${attempt}::int IS NOT NULL AND job.attempt <> ${attempt}::int)`,
  allowed: Prisma.sql`job.status = 'FAILED' AND NOT job.final AND job.attempt < job.max_attempts`,
  set: Prisma.sql`status = 'PENDING', retried = true, coordinator_id = NULL, agent_id = NULL, agent_type = NULL,
    outcome_digest = NULL, ended_at = NULL, previous_attempt = public.previous_attempt(job, NULL), ${NO_LEASE}`,
}));

/** The digest covers the whole body, including the named attempt. */
function sameOutcome(status: 'COMPLETED' | 'FAILED', digest: unknown): Prisma.Sql {
  return Prisma.sql`job.status = ${status}::public.job_status AND job.outcome_digest = ${digest}`;
}

function json(value: unknown): string | null {
  return value === null || value === undefined ? null : stringifyJson(value);
}

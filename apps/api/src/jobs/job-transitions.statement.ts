import { stringifyJson } from '../common/exact-json.js';
import { Prisma } from '../generated/prisma/client.js';

/**
 * One kind of change to a job, as SQL over the locked row `job`. The conditions are checked in this order: first a
 * repeat of an earlier change, then (after If-Match) a stale attempt, then whether the status allows the change.
 */
export interface Transition {
  /** for error messages: "Cannot <verb> a PENDING job" */
  verb: string;
  /** the attempt that the request names */
  attempt: number | null;
  /** true if the job is already in the requested state; the response is 200 and nothing changes */
  repeated: Prisma.Sql;
  /** true if the named attempt is a stale fencing token */
  stale: Prisma.Sql;
  allowed: Prisma.Sql;
  set: Prisma.Sql;
  /**
   * true if the change is allowed but changes no value; it then renews only the lease, which does not count as a change
   * of the job
   */
  idle?: Prisma.Sql;
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
function endNow(durationSeconds: number | null = null): Prisma.Sql {
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
function fencedOff(attempt: number | null): Prisma.Sql {
  return Prisma.sql`(${attempt}::int IS NOT NULL AND (job.status = 'PENDING' OR job.attempt <> ${attempt}::int
    OR (job.status = 'FAILED' AND job.outcome_digest IS NULL)))`;
}

/**
 * An attempt belongs to its coordinator. If another coordinator names no attempt, it may mean an older attempt that has
 * ended.
 */
function fencedOffFromRun(attempt: number | null): Prisma.Sql {
  return Prisma.sql`(${fencedOff(attempt)}
    OR (${attempt}::int IS NULL AND job.status = 'RUNNING' AND job.coordinator_id IS DISTINCT FROM caller.id))`;
}

export interface Agent {
  agentId: string | null;
  agentType: string | null;
  /** null: no lease; the attempt ends only on request */
  leaseSeconds: number | null;
}

/** Assignments at the start of an attempt. They clear everything of the previous attempt. */
export function begin(agent: Agent): Prisma.Sql {
  return Prisma.sql`status = 'RUNNING', attempt = job.attempt + 1, retried = false, triggers_seen = job.trigger_count, coordinator_id = caller.id,
    agent_id = ${agent.agentId}, agent_type = ${agent.agentType}, progress_percent = 0, current_step = NULL, tokens_used = 0,
    duration_seconds = NULL, result = NULL, error = NULL, failed_step = NULL, gate_results = NULL,
    continuation_prompt = NULL, outcome_digest = NULL, started_at = ${CLOCK_TIME}, ended_at = NULL,
    lease_seconds = ${agent.leaseSeconds}::int,
    lease_expires_at = ${CLOCK_TIME} + pg_catalog.make_interval(secs => ${agent.leaseSeconds}::int)`;
}

export function start(agent: Agent & { attempt: number | null }): Transition {
  return {
    verb: 'start',
    attempt: agent.attempt,
    repeated: Prisma.sql`job.status = 'RUNNING' AND job.coordinator_id = caller.id AND job.agent_id = ${agent.agentId}
      AND (${agent.attempt}::int IS NULL OR job.attempt = ${agent.attempt}::int)`,
    stale: fencedOff(agent.attempt),
    allowed: Prisma.sql`job.status = 'PENDING' AND job.attempt < job.max_attempts`,
    set: begin(agent),
  };
}

export function cancel(attempt: number | null): Transition {
  return {
    verb: 'cancel',
    attempt,
    repeated: Prisma.sql`job.status = 'CANCELLED' AND (${attempt}::int IS NULL OR job.attempt = ${attempt}::int)`,
    stale: fencedOffFromRun(attempt),
    allowed: Prisma.sql`job.status IN ('PENDING', 'RUNNING')`,
    set: Prisma.sql`status = 'CANCELLED', retried = false, ${endNow()}, ${NO_LEASE}`,
  };
}

/** The older API calls this before a start. A PENDING job stays PENDING; any other status is refused. */
export function queue(attempt: number | null): Transition {
  return {
    verb: 'queue',
    attempt,
    repeated: Prisma.sql`job.status = 'PENDING' AND (${attempt}::int IS NULL OR job.attempt = ${attempt}::int)`,
    stale: fencedOff(attempt),
    allowed: Prisma.sql`false`,
    set: Prisma.sql`status = job.status`,
  };
}

export interface Progress {
  progressPercent: number;
  currentStep: string | null;
  tokensUsed: number | null;
  attempt: number | null;
}

/** Percent and tokens keep their maximum. The step follows the percent, so a late report does not set it back. */
export function progress(report: Progress): Transition {
  const moves = Prisma.sql`(${report.progressPercent}::float8 > job.progress_percent
    OR ${report.tokensUsed}::bigint > job.tokens_used
    OR (${report.progressPercent}::float8 >= job.progress_percent AND ${report.currentStep}::text IS DISTINCT FROM job.current_step
      AND ${report.currentStep}::text IS NOT NULL))`;
  return {
    verb: 'report progress of',
    attempt: report.attempt,
    // A report is never a repeat: If-Match and the attempt are always checked.
    repeated: Prisma.sql`false`,
    stale: fencedOffFromRun(report.attempt),
    allowed: Prisma.sql`job.status = 'RUNNING'`,
    set: Prisma.sql`
      current_step = CASE WHEN ${report.progressPercent}::float8 >= job.progress_percent
        THEN coalesce(${report.currentStep}::text, job.current_step) ELSE job.current_step END,
      progress_percent = greatest(job.progress_percent, ${report.progressPercent}::float8),
      tokens_used = greatest(job.tokens_used, ${report.tokensUsed}::bigint),
      lease_expires_at = ${LEASE_END}`,
    idle: Prisma.sql`${moves} IS NOT TRUE`,
  };
}

export interface Completion {
  result: unknown;
  tokensUsed: number | null;
  durationSeconds: number | null;
  attempt: number | null;
  digest: Uint8Array<ArrayBuffer>;
}

export function complete(outcome: Completion): Transition {
  return {
    verb: 'complete',
    attempt: outcome.attempt,
    repeated: sameOutcome('COMPLETED', outcome.digest),
    stale: fencedOffFromRun(outcome.attempt),
    allowed: Prisma.sql`job.status = 'RUNNING'`,
    set: Prisma.sql`status = 'COMPLETED', result = ${json(outcome.result)}::jsonb,
      tokens_used = greatest(job.tokens_used, ${outcome.tokensUsed}::bigint),
      outcome_digest = ${outcome.digest}, ${endNow(outcome.durationSeconds)}, ${NO_LEASE}`,
  };
}

export interface Failure {
  error: string;
  failedStep: string | null;
  gateResults: unknown;
  continuationPrompt: string | null;
  attempt: number | null;
  digest: Uint8Array<ArrayBuffer>;
}

export function fail(outcome: Failure): Transition {
  return {
    verb: 'fail',
    attempt: outcome.attempt,
    repeated: sameOutcome('FAILED', outcome.digest),
    stale: fencedOffFromRun(outcome.attempt),
    allowed: Prisma.sql`job.status IN ('PENDING', 'RUNNING')`,
    set: Prisma.sql`status = 'FAILED', retried = false, error = ${outcome.error}, failed_step = ${outcome.failedStep},
      gate_results = ${json(outcome.gateResults)}::jsonb, continuation_prompt = ${outcome.continuationPrompt},
      outcome_digest = ${outcome.digest}, ${endNow()}, ${NO_LEASE}`,
  };
}

/**
 * `attempt` identifies a repeat: only the retry that requeued the job can repeat. A request without an attempt is a
 * further retry.
 */
export function retry(attempt: number | null): Transition {
  return {
    verb: 'retry',
    attempt,
    repeated: Prisma.sql`job.status = 'PENDING' AND job.retried AND job.attempt = ${attempt}::int`,
    stale: Prisma.sql`(${attempt}::int IS NOT NULL AND job.attempt <> ${attempt}::int)`,
    allowed: Prisma.sql`job.status = 'FAILED' AND job.attempt < job.max_attempts`,
    set: Prisma.sql`status = 'PENDING', retried = true, coordinator_id = NULL, agent_id = NULL, agent_type = NULL,
      outcome_digest = NULL, ended_at = NULL, previous_attempt = public.previous_attempt(job, NULL), ${NO_LEASE}`,
  };
}

/** The digest covers the whole body, including the named attempt. */
function sameOutcome(status: 'COMPLETED' | 'FAILED', digest: Uint8Array<ArrayBuffer>): Prisma.Sql {
  return Prisma.sql`job.status = ${status}::public.job_status AND job.outcome_digest = ${digest}`;
}

function json(value: unknown): string | null {
  return value === null || value === undefined ? null : stringifyJson(value);
}

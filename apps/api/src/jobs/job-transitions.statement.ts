import { stringifyJson } from '../common/exact-json.js';
import { type Given, given, type Values } from '../database/shape.js';
import { Prisma } from '../generated/prisma/client.js';

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
  set: Prisma.Sql;
  /**
   * true if the change is allowed but changes no value; it then renews only the lease, which does not count as a change
   * of the job
   */
  idle?: Prisma.Sql;
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
function fencedOffFromRun(attempt: unknown): Prisma.Sql {
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
export function begin(agent: Values<Agent>): Prisma.Sql {
  return Prisma.sql`status = 'RUNNING', attempt = job.attempt + 1, retried = false, triggers_seen = job.trigger_count, coordinator_id = caller.id,
    agent_id = ${agent.agentId}, agent_type = ${agent.agentType}, progress_percent = 0, current_step = NULL, tokens_used = 0,
    duration_seconds = NULL, result = NULL, error = NULL, failed_step = NULL, gate_results = NULL,
    continuation_prompt = NULL, outcome_digest = NULL, started_at = ${CLOCK_TIME}, ended_at = NULL,
    lease_seconds = ${agent.leaseSeconds}::int,
    lease_expires_at = ${CLOCK_TIME} + pg_catalog.make_interval(secs => ${agent.leaseSeconds}::int)`;
}

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
  };
});

export const cancel = transition<Report>((_, attempt) => ({
  verb: 'cancel',
  repeated: Prisma.sql`job.status = 'CANCELLED' AND (${attempt}::int IS NULL OR job.attempt = ${attempt}::int)`,
  stale: fencedOffFromRun(attempt),
  allowed: Prisma.sql`job.status IN ('PENDING', 'RUNNING')`,
  set: Prisma.sql`status = 'CANCELLED', retried = false, ${endNow()}, ${NO_LEASE}`,
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
    stale: fencedOffFromRun(attempt),
    allowed: Prisma.sql`job.status = 'RUNNING'`,
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

export const complete = transition<Completion>((given, attempt) => {
  const digest = given((it) => it.digest);
  return {
    verb: 'complete',
    repeated: sameOutcome('COMPLETED', digest),
    stale: fencedOffFromRun(attempt),
    allowed: Prisma.sql`job.status = 'RUNNING'`,
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

export const fail = transition<Failure>((given, attempt) => {
  const digest = given((it) => it.digest);
  return {
    verb: 'fail',
    repeated: sameOutcome('FAILED', digest),
    stale: fencedOffFromRun(attempt),
    allowed: Prisma.sql`job.status IN ('PENDING', 'RUNNING')`,
    set: Prisma.sql`status = 'FAILED', retried = false, error = ${given((it) => it.error)},
      failed_step = ${given((it) => it.failedStep)}, gate_results = ${given((it) => json(it.gateResults))}::jsonb,
      continuation_prompt = ${given((it) => it.continuationPrompt)}, outcome_digest = ${digest}, ${endNow()}, ${NO_LEASE}`,
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
  allowed: Prisma.sql`job.status = 'FAILED' AND job.attempt < job.max_attempts`,
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

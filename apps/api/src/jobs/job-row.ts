import { Prisma } from '../generated/prisma/client.js';
import type { Job, JobAttempt, JobStatus, JsonObject, PreviousAttempt } from './job.js';
import type { KeptTrigger } from './triggers.js';

/** A row of `jobs` as Prisma returns it for raw SQL: bigint and Date where the domain has number and string. */
export interface JobRow {
  id: string;
  workspace_id: string;
  type: string;
  status: JobStatus;
  attempt: number;
  max_attempts: number;
  rev: number;
  repository: string | null;
  issue_number: number | null;
  priority: number;
  metadata: JsonObject;
  coordinator_id: string | null;
  agent_id: string | null;
  agent_type: string | null;
  progress_percent: number;
  current_step: string | null;
  tokens_used: bigint;
  duration_seconds: number | null;
  result: unknown;
  error: string | null;
  failed_step: string | null;
  gate_results: unknown;
  continuation_prompt: string | null;
  previous_attempt: PreviousAttempt | null;
  triggers: KeptTrigger[];
  trigger_count: number;
  lease_expires_at: Date | null;
  started_at: Date | null;
  ended_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

/** SQL: the columns of a {@link JobRow}, read from the alias `job`. */
export const JOB_COLUMNS = Prisma.sql`
  job.id, job.workspace_id, job.type, job.status, job.attempt, job.max_attempts, job.rev, job.repository, job.issue_number,
  job.priority, job.metadata, job.coordinator_id, job.agent_id, job.agent_type, job.progress_percent, job.current_step,
  job.tokens_used, job.duration_seconds, job.result, job.error, job.failed_step, job.gate_results, job.continuation_prompt,
  job.previous_attempt, job.triggers, job.trigger_count, job.lease_expires_at, job.started_at, job.ended_at, job.created_at, job.updated_at`;

export function toJob(row: JobRow): Job {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    type: row.type,
    status: row.status,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    rev: row.rev,
    repository: row.repository,
    issueNumber: row.issue_number,
    priority: row.priority,
    metadata: row.metadata,
    ...ofAttempt(row),
    previousAttempt: row.previous_attempt,
    triggers: row.triggers,
    triggerCount: row.trigger_count,
    leaseExpiresAt: row.lease_expires_at?.toISOString() ?? null,
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

export type AttemptRow = Pick<
  JobRow,
  | 'attempt'
  | 'status'
  | 'coordinator_id'
  | 'agent_id'
  | 'agent_type'
  | 'progress_percent'
  | 'current_step'
  | 'tokens_used'
  | 'duration_seconds'
  | 'result'
  | 'error'
  | 'failed_step'
  | 'gate_results'
  | 'continuation_prompt'
  | 'ended_at'
> & { started_at: Date };

export function toAttempt(row: AttemptRow): JobAttempt {
  return {
    attempt: row.attempt,
    status: row.status,
    ...ofAttempt(row),
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}

/** The members that a job shares with its attempts. */
function ofAttempt(row: Omit<AttemptRow, 'started_at' | 'attempt' | 'status' | 'ended_at'>) {
  return {
    coordinatorId: row.coordinator_id,
    agentId: row.agent_id,
    agentType: row.agent_type,
    progressPercent: row.progress_percent,
    currentStep: row.current_step,
    tokensUsed: Number(row.tokens_used),
    durationSeconds: row.duration_seconds,
    result: row.result,
    error: row.error,
    failedStep: row.failed_step,
    gateResults: row.gate_results,
    continuationPrompt: row.continuation_prompt,
  };
}

/** Whether the statement found a job. If not, all columns of the outer join are null. */
export function isJobRow<Row extends Partial<JobRow>>(row: Row): row is Row & JobRow {
  return typeof row.id === 'string';
}

export function isAttemptRow<Row extends Partial<AttemptRow>>(row: Row): row is Row & AttemptRow {
  return typeof row.attempt === 'number';
}

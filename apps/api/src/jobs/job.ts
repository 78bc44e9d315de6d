import type { KeptTrigger } from './triggers.js';

/** COMPLETED and CANCELLED are final. A FAILED job can be retried while attempts remain. */
export const JOB_STATUSES = ['PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;
/** The older API's name for PENDING. */
export const QUEUED = 'QUEUED';
export type JobStatus = (typeof JOB_STATUSES)[number];

/** A JSON object, unchanged from the request. */
export type JsonObject = { [member: string]: unknown };

/** The members that a job and its attempts share. */
interface Run {
  coordinatorId: string | null;
  agentId: string | null;
  agentType: string | null;
  progressPercent: number;
  currentStep: string | null;
  tokensUsed: number;
  durationSeconds: number | null;
  result: unknown;
  error: string | null;
  failedStep: string | null;
  gateResults: unknown;
  continuationPrompt: string | null;
}

/** How the previous attempt ended, for the next one. Its numbers are exact (`parseJson`). */
export interface PreviousAttempt {
  attempt: number;
  error: string | null;
  failedStep: string | null;
  continuationPrompt: string | null;
  gateResults: unknown;
}

/** A job with its current attempt, as every response has it. Times are ISO 8601 in UTC. */
export interface Job extends Run {
  id: string;
  workspaceId: string;
  type: string;
  status: JobStatus;
  /** the fencing token: number of the current attempt, 0 before the first */
  attempt: number;
  maxAttempts: number;
  /** increases by one with every change; also the ETag */
  rev: number;
  repository: string | null;
  issueNumber: number | null;
  priority: number;
  metadata: JsonObject;
  /** null until an attempt has ended and the job is PENDING again */
  previousAttempt: PreviousAttempt | null;
  /** triggers that came while the job was active: the newest 20, the oldest first */
  triggers: KeptTrigger[];
  /** how many triggers came in total */
  triggerCount: number;
  leaseExpiresAt: string | null;
  startedAt: string | null;
  endedAt: string | null;
  createdAt: string;
  updatedAt: string;
}

/** One attempt at a job. */
export interface JobAttempt extends Run {
  attempt: number;
  status: JobStatus;
  startedAt: string;
  endedAt: string | null;
}

export interface NewJob {
  workspaceId: string;
  type: string;
  /** in lower case */
  repository: string | null;
  issueNumber: number | null;
  priority: number;
  metadata: JsonObject;
  maxAttempts: number;
}

/** The `Idempotency-Key`, with the SHA-256 of the request and its route. */
export interface Idempotency {
  route: string;
  key: string;
  requestDigest: Uint8Array<ArrayBuffer>;
}

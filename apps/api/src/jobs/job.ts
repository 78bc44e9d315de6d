import type { KeptTrigger } from './triggers.js';

/** Where a job stands. COMPLETED and CANCELLED are final; a FAILED job can be retried while attempts remain. */
export const JOB_STATUSES = ['PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;
/** The name that the older API has for PENDING. */
export const QUEUED = 'QUEUED';
export type JobStatus = (typeof JOB_STATUSES)[number];

/** A JSON object, as it came in. */
export type JsonObject = { [member: string]: unknown };

/** What becomes of a run. */
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

/** How the run before ended, for the next one; its numbers are exact (`parseJson`). */
export interface PreviousAttempt {
  attempt: number;
  error: string | null;
  failedStep: string | null;
  continuationPrompt: string | null;
  gateResults: unknown;
}

/** A job as every answer carries it, with its present run; times are ISO 8601 in UTC. */
export interface Job extends Run {
  id: string;
  workspaceId: string;
  type: string;
  status: JobStatus;
  /** the fencing token: number of the present run, 0 before the first */
  attempt: number;
  maxAttempts: number;
  /** rises by one with every change; also the ETag */
  rev: number;
  repository: string | null;
  issueNumber: number | null;
  priority: number;
  metadata: JsonObject;
  /** null until a run has ended and the job is PENDING again */
  previousAttempt: PreviousAttempt | null;
  /** what was said about the issue while the job was active: the newest 20, the oldest first */
  triggers: KeptTrigger[];
  /** how many there were */
  triggerCount: number;
  leaseExpiresAt: string | null;
  startedAt: string | null;
  endedAt: string | null;
  createdAt: string;
  updatedAt: string;
}

/** One run of a job. */
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

/** `Idempotency-Key` with the SHA-256 of what was asked, and the route it was asked on. */
export interface Idempotency {
  route: string;
  key: string;
  requestDigest: Uint8Array<ArrayBuffer>;
}

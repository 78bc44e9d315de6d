import {
  anyObject,
  anything,
  array,
  boolean,
  dateTime,
  enumeration,
  integer,
  nullable,
  number,
  object,
  remarked,
  string,
  uuid,
  type ValuesOf,
} from '../common/json-schema.js';
import { fromBigInt, fromDate } from '../database/fields.js';
import { KEPT_TRIGGER } from './triggers.js';

/** COMPLETED and CANCELLED are final. A FAILED job can be retried while attempts remain. */
export const JOB_STATUSES = ['PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;
/** The older API's name for PENDING. */
export const QUEUED = 'QUEUED';
export type JobStatus = (typeof JOB_STATUSES)[number];

/** A JSON object, unchanged from the request. */
export type JsonObject = { [member: string]: unknown };

export const JOB_STATUS = enumeration('JobStatus', JOB_STATUSES, {
  description:
    'COMPLETED and CANCELLED are final. A FAILED job can be retried while attempts remain, unless it is `final`.',
});

/** How many jobs match a filter. */
export interface JobCount {
  byStatus: Record<JobStatus, number>;
  /** of the RUNNING ones */
  withoutLease: number;
  /** of the RUNNING ones; null: none has a lease */
  lastLeaseExpiresAt: string | null;
  /** whether there may be more than counted */
  capped: boolean;
  /** when they were counted */
  asOf: string;
}

export const BACKOFFS = ['fixed', 'exponential'] as const;
const BACKOFF = enumeration('Backoff', BACKOFFS, {
  description: 'Whether each delay is the same, or twice the one before',
});

const RETRY_POLICY_FIELDS = {
  delaySeconds: integer({ description: 'the delay after the first attempt', minimum: 1, examples: [30] }),
  backoff: remarked(BACKOFF, { description: 'how the delay grows', examples: ['exponential'] }),
  maxDelaySeconds: integer({ description: 'the maximum of the delay', minimum: 1, examples: [3_600] }),
};

/** How long a job is held back before its next attempt. */
export type RetryPolicy = ValuesOf<typeof RETRY_POLICY_FIELDS>;

const RETRY_POLICY = object<RetryPolicy>('RetryPolicy', RETRY_POLICY_FIELDS, {
  description: 'How long a job is held back before its next attempt',
});

/** The members that a job and its attempts share. */
const OF_ATTEMPT = {
  coordinatorId: nullable(
    uuid({ description: 'the coordinator that works on it; null before the first attempt' }),
  ),
  agentId: nullable(
    string({ description: 'the part of the coordinator that works on it', examples: ['agent-1'] }),
  ),
  agentType: nullable(
    string({ description: 'the kind of agent, as the coordinator names it', examples: ['reviewer'] }),
  ),
  progressPercent: number({
    description: 'how much is done; never decreases',
    minimum: 0,
    maximum: 100,
    examples: [40],
  }),
  currentStep: nullable(string({ description: 'the step that was reported last', examples: ['tests'] })),
  tokensUsed: fromBigInt(
    integer({
      description: 'tokens of the language model; never decreases',
      minimum: 0,
      examples: [1_200],
    }),
  ),
  durationSeconds: nullable(
    number({
      description:
        'from start to end of the attempt, unless the coordinator reported another value; null until it ends',
      minimum: 0,
      examples: [73.5],
    }),
  ),
  result: anything({
    description: 'what the coordinator completed it with, any JSON value',
    examples: [{ approved: true }],
  }),
  error: nullable(string({ description: 'why it failed', examples: ['the tests fail'] })),
  failedStep: nullable(string({ description: 'the step in which it failed', examples: ['tests'] })),
  gateResults: anything({
    description: 'results of checks of the failed attempt, any JSON value',
    examples: [{ tests: 'failed' }],
  }),
  continuationPrompt: nullable(
    string({ description: 'a message for the next attempt', examples: ['Begin with the failing test.'] }),
  ),
};

const { error, failedStep, continuationPrompt, gateResults } = OF_ATTEMPT;

const PREVIOUS_ATTEMPT_FIELDS = {
  attempt: integer({ description: 'its number', minimum: 0, examples: [1] }),
  error,
  failedStep,
  continuationPrompt,
  gateResults,
};

/** How the previous attempt ended, for the next one. Its numbers are exact (`parseJson`). */
export type PreviousAttempt = ValuesOf<typeof PREVIOUS_ATTEMPT_FIELDS>;

const PREVIOUS_ATTEMPT = object<PreviousAttempt>('PreviousAttempt', PREVIOUS_ATTEMPT_FIELDS, {
  description: 'How the attempt before ended',
});

/** The members of a job. `attempt` is also the fencing token of reports, and `rev` the ETag. */
export const JOB_FIELDS = {
  id: uuid({ description: 'the id of the job' }),
  workspaceId: uuid({ description: 'the workspace that it belongs to' }),
  type: string({ description: 'what kind of work it is', examples: ['code-review'] }),
  status: remarked(JOB_STATUS, { description: 'where the job stands' }),
  attempt: integer({
    minimum: 0,
    description: 'number of the current attempt, 0 before the first; the fencing token of reports',
    examples: [1],
  }),
  maxAttempts: integer({ description: 'how many attempts the job may have', minimum: 1, examples: [3] }),
  rev: integer({
    minimum: 1,
    description: 'increases by one with every change; also the ETag',
    examples: [3],
  }),
  repository: nullable(string({ description: '`owner/repo` in lower case', examples: ['acme/shop'] })),
  issueNumber: nullable(integer({ description: 'the issue in the repository', minimum: 1, examples: [42] })),
  priority: integer({
    description: 'a claim takes the highest first',
    minimum: 0,
    maximum: 100,
    examples: [50],
  }),
  notBefore: fromDate(
    nullable(
      dateTime({ description: 'no claim gets the job before this time; null once the time has come' }),
    ),
  ),
  retry: remarked(nullable(RETRY_POLICY), {
    description: 'the delay after an expired lease, or a fail that asks for a retry; null: none',
  }),
  final: boolean({
    description: 'whether it is FAILED for good, and so cannot be retried',
    examples: [false],
  }),
  metadata: anyObject({ description: 'as given when the job was created', examples: [{ branch: 'main' }] }),
  ...OF_ATTEMPT,
  previousAttempt: remarked(nullable(PREVIOUS_ATTEMPT), {
    description: 'how the attempt before ended; null until a job has gone back to PENDING',
  }),
  triggers: array(KEPT_TRIGGER, {
    description: 'triggers that came while the job was active: the newest 20, the oldest first',
  }),
  triggerCount: integer({
    minimum: 0,
    description:
      'how many triggers came in total; those after the start of an attempt lead to one further job when it ends',
    examples: [0],
  }),
  leaseExpiresAt: fromDate(
    nullable(
      dateTime({
        description: 'when the lease expires, unless the coordinator reports before; null: no lease',
      }),
    ),
  ),
  startedAt: fromDate(nullable(dateTime({ description: 'when the current attempt started' }))),
  endedAt: fromDate(nullable(dateTime({ description: 'when the job ended' }))),
  createdAt: fromDate(dateTime({ description: 'when the job was created' })),
  updatedAt: fromDate(dateTime({ description: 'when the job changed last' })),
};

/** A job with its current attempt, as every response has it. Times are ISO 8601 in UTC. */
export type Job = ValuesOf<typeof JOB_FIELDS>;

export const ATTEMPT_FIELDS = {
  attempt: integer({ description: 'its number', minimum: 0, examples: [1] }),
  status: remarked(JOB_STATUS, { description: 'how the attempt ended; RUNNING: it has not' }),
  ...OF_ATTEMPT,
  startedAt: fromDate(dateTime({ description: 'when it started' })),
  endedAt: fromDate(nullable(dateTime({ description: 'when it ended' }))),
};

/** One attempt at a job. */
export type JobAttempt = ValuesOf<typeof ATTEMPT_FIELDS>;

export interface NewJob {
  workspaceId: string;
  type: string;
  /** in lower case */
  repository: string | null;
  issueNumber: number | null;
  priority: number;
  metadata: JsonObject;
  maxAttempts: number;
  /** null: no claim waits */
  notBefore: Date | null;
  retry: RetryPolicy | null;
}

/** The `Idempotency-Key`, with the SHA-256 of the request and its route. */
export interface Idempotency {
  route: string;
  key: string;
  requestDigest: Uint8Array<ArrayBuffer>;
}

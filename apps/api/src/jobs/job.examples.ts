import { exampleOf } from '../common/json-schema.js';
import { ATTEMPT_FIELDS, JOB_FIELDS, type Job, type JobAttempt } from './job.js';

// The jobs of the examples in the OpenAPI document. Each is a state that a job can be in. A member that does not depend on
// the state has the example of its schema.

export const RUNNING: Job = exampleOf(JOB_FIELDS, {
  workspaceId: '0198c0de-0000-7c11-9d2e-5f60718293a4',
  status: 'RUNNING',
  attempt: 2,
  rev: 6,
  coordinatorId: '0198c0de-1111-7c11-9d2e-5f60718293a4',
  durationSeconds: null,
  result: null,
  error: null,
  failedStep: null,
  gateResults: null,
  continuationPrompt: null,
  previousAttempt: {
    attempt: 1,
    error: 'the tests fail',
    failedStep: 'tests',
    continuationPrompt: 'Begin with the failing test.',
    gateResults: { lint: 'ok', tests: 'failed' },
  },
  notBefore: null,
  retry: { delaySeconds: 30, backoff: 'exponential', maxDelaySeconds: 3_600 },
  triggers: [],
  leaseExpiresAt: '2026-11-24T12:10:00.000Z',
  startedAt: '2026-11-24T12:04:00.000Z',
  endedAt: null,
  updatedAt: '2026-11-24T12:05:00.000Z',
});

/** Between two attempts. */
export const RETRIED: Job = {
  ...RUNNING,
  status: 'PENDING',
  attempt: 1,
  rev: 4,
  coordinatorId: null,
  agentId: null,
  agentType: null,
  progressPercent: 0,
  currentStep: null,
  tokensUsed: 0,
  leaseExpiresAt: null,
  startedAt: null,
  updatedAt: '2026-11-24T12:03:00.000Z',
};

export const CREATED: Job = {
  ...RETRIED,
  attempt: 0,
  rev: 1,
  previousAttempt: null,
  updatedAt: RUNNING.createdAt,
};

export const COMPLETED: Job = {
  ...RUNNING,
  status: 'COMPLETED',
  rev: 7,
  durationSeconds: 73.5,
  result: { approved: true },
  leaseExpiresAt: null,
  endedAt: '2026-11-24T12:05:13.500Z',
  updatedAt: '2026-11-24T12:05:13.500Z',
};

export const CANCELLED: Job = {
  ...COMPLETED,
  status: 'CANCELLED',
  result: null,
};

export const FAILED: Job = {
  ...COMPLETED,
  status: 'FAILED',
  result: null,
  error: 'the linter fails',
  failedStep: 'lint',
  gateResults: { lint: 'failed', tests: 'ok' },
  continuationPrompt: 'Run the linter.',
};

export const FAILED_ATTEMPT: JobAttempt = exampleOf(ATTEMPT_FIELDS, {
  status: 'FAILED',
  coordinatorId: '0198c0de-1111-7c11-9d2e-5f60718293a4',
  result: null,
  gateResults: { lint: 'ok', tests: 'failed' },
  startedAt: '2026-11-24T12:01:00.000Z',
  endedAt: '2026-11-24T12:02:13.500Z',
});

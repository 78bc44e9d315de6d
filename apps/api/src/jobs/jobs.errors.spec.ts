import { describe, expect, it } from '@jest/globals';
import {
  ActiveJobExistsError,
  IdempotencyKeyReusedError,
  JobNotFoundError,
  PreconditionFailedError,
  StaleAttemptError,
  transitionRefused,
} from './jobs.errors.js';

describe('errors of jobs', () => {
  const job = { status: 'RUNNING', attempt: 2, max_attempts: 3, final: false, rev: 7 } as const;
  const allowed = ['progress', 'complete', 'fail', 'cancel'];
  const members = { currentStatus: 'RUNNING', attempt: 2, rev: 7, allowed };

  it.each([
    [transitionRefused('coordinator', 'retry', job), { code: 'illegal-transition', extra: { members } }],
    [
      transitionRefused('operator', 'retry', job),
      { code: 'illegal-transition', extra: { members: { ...members, allowed: ['cancel'] } } },
    ],
    [new StaleAttemptError(job, 1), { code: 'stale-attempt', extra: { members } }],
    [new PreconditionFailedError('coordinator', job), { code: 'precondition-failed', extra: { members } }],
    [new IdempotencyKeyReusedError(), { code: 'idempotency-key-reused' }],
    [new ActiveJobExistsError('j'), { code: 'active-job-exists', extra: { members: { jobId: 'j' } } }],
    [new ActiveJobExistsError(), { code: 'active-job-exists', extra: {} }],
    [new JobNotFoundError('j', null), { code: 'not-found', extra: {} }],
  ])('contain the state of the job: %s', (error, expected) => {
    const { code, extra } = error;
    expect({ code, extra }).toEqual({ extra: {}, ...expected });
  });

  it('hide a job of another tenant, and record its workspace', () => {
    const { code, extra, message } = new JobNotFoundError('j', 'w');
    expect({ code, message }).toEqual({
      code: 'not-found',
      message: new JobNotFoundError('j', null).message,
    });
    expect(extra).toEqual({
      refusal: {
        action: 'access.denied',
        reason: 'workspace-forbidden',
        workspaceId: 'w',
        resourceType: 'job',
        resourceId: 'j',
      },
    });
  });
});

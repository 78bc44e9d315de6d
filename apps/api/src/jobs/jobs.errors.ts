import { DomainError } from '../common/problems/domain-error.js';
import type { JobStatus } from './job.js';

/** 404 for an unknown job and for another tenant's alike; only the audit log learns which. */
export class JobNotFoundError extends DomainError {
  constructor(id: string, workspaceId: string | null) {
    super('not-found', 'There is no such job.', {
      ...(workspaceId !== null && {
        refusal: {
          action: 'access.denied',
          reason: 'workspace-forbidden',
          workspaceId,
          resourceType: 'job',
          resourceId: id,
        },
      }),
    });
  }
}

interface Standing {
  status: JobStatus;
  attempt: number;
  rev: number;
}

function members(job: Standing): Record<string, unknown> {
  return { currentStatus: job.status, attempt: job.attempt, rev: job.rev };
}

export class IllegalTransitionError extends DomainError {
  constructor(job: Standing) {
    super('illegal-transition', `A ${job.status} job does not allow this.`, { members: members(job) });
  }
}

export class StaleAttemptError extends DomainError {
  constructor(job: Standing) {
    super(
      'stale-attempt',
      `The job is at attempt ${job.attempt}: the request names another one, or none for the run of another coordinator.`,
      {
        members: members(job),
      },
    );
  }
}

export class PreconditionFailedError extends DomainError {
  constructor(job: Standing) {
    super('precondition-failed', `If-Match does not name the present rev, ${job.rev}.`, {
      members: members(job),
    });
  }
}

export class IdempotencyKeyReusedError extends DomainError {
  constructor() {
    super('idempotency-key-reused', 'This Idempotency-Key came with another body before.');
  }
}

/** The stitcher makes one active job for an issue; another was asked for. */
export class ActiveJobExistsError extends DomainError {
  constructor(jobId?: string) {
    super('active-job-exists', 'A job of this type for this issue is still active.', {
      ...(jobId !== undefined && { members: { jobId } }),
    });
  }
}

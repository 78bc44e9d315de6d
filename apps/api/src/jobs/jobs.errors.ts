import type { Caller } from '../common/access/caller.js';
import { DomainError } from '../common/problems/domain-error.js';
import type { JobStatus } from './job.js';

/** 404 both for an unknown job and for a job of another workspace. Only the audit log has the difference. */
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
  max_attempts: number;
  final: boolean;
  rev: number;
}

/** What each status allows a caller to do next. For an operator these are the routes below `/jobs/:id`. */
const ALLOWED: Record<Caller['kind'], Record<JobStatus, readonly string[]>> = {
  coordinator: {
    PENDING: ['claim', 'start', 'fail', 'cancel'],
    RUNNING: ['progress', 'complete', 'fail', 'cancel'],
    COMPLETED: [],
    FAILED: ['retry'],
    CANCELLED: [],
  },
  operator: {
    PENDING: ['cancel'],
    RUNNING: ['cancel'],
    COMPLETED: [],
    FAILED: ['retry'],
    CANCELLED: [],
  },
};

function isExhausted(job: Standing): boolean {
  return job.status === 'FAILED' && job.attempt >= job.max_attempts;
}

function members(kind: Caller['kind'], job: Standing): Record<string, unknown> {
  const allowed = isExhausted(job) || job.final ? [] : ALLOWED[kind][job.status];
  return { currentStatus: job.status, attempt: job.attempt, rev: job.rev, allowed };
}

const ADVICE: Record<Caller['kind'], Record<JobStatus, string>> = {
  coordinator: {
    PENDING: 'claim or start it first',
    RUNNING: 'complete, fail or cancel it first',
    COMPLETED: 'it has ended',
    FAILED: 'retry it first',
    CANCELLED: 'it has ended',
  },
  operator: {
    PENDING: 'it is waiting for its next attempt',
    RUNNING: 'its attempt has not ended',
    COMPLETED: 'it has ended',
    FAILED: 'it has ended',
    CANCELLED: 'it has ended',
  },
};

/** The job's status does not allow the change. The message gives the reason as precisely as the job's state allows. */
export function transitionRefused(kind: Caller['kind'], verb: string, job: Standing): DomainError {
  if (job.status === 'CANCELLED') {
    const advice = kind === 'operator' ? '' : ' Stop working on it.';
    return new DomainError('job-cancelled', `The job was cancelled.${advice}`, {
      members: members(kind, job),
    });
  }
  if (verb === 'retry' && job.final) {
    return new DomainError('job-final', 'The job was closed for good. Create a new job.', {
      members: members(kind, job),
    });
  }
  if (verb === 'retry' && isExhausted(job)) {
    const detail = `All ${job.max_attempts} attempts are used. Create a new job.`;
    return new DomainError('attempts-exhausted', detail, {
      members: { ...members(kind, job), maxAttempts: job.max_attempts },
    });
  }
  const advice = job.final
    ? 'it was closed for good'
    : isExhausted(job)
      ? 'all attempts are used'
      : ADVICE[kind][job.status];
  return new DomainError('illegal-transition', `Cannot ${verb} a ${job.status} job: ${advice}.`, {
    members: members(kind, job),
  });
}

/** How an attempt ended. */
export interface AttemptEnd {
  status: 'COMPLETED' | 'FAILED' | 'CANCELLED';
  error: string | null;
  endedAt: Date;
}

/** The causes of ends that no coordinator reported, by the attempt's `error`. */
const ENDED_BECAUSE: Partial<Record<string, string>> = {
  'lease-expired': 'its lease expired',
  'coordinator-deleted': 'its coordinator was deleted',
  'coordinator-suspended': 'its coordinator was suspended',
};

const ENDED_AS: Record<AttemptEnd['status'], string> = {
  COMPLETED: 'it was completed',
  FAILED: 'it was reported as failed',
  CANCELLED: 'the job was cancelled',
};

/** Only coordinators name attempts. The request names an attempt other than the current one, or names none for an attempt of another coordinator. */
export class StaleAttemptError extends DomainError {
  /** @param end how the named attempt ended, if it has ended */
  constructor(job: Standing, named: number | null, end?: AttemptEnd) {
    const reason = end === undefined ? undefined : reasonOf(end);
    super('stale-attempt', detailOf(job, named, end), {
      members: {
        ...members('coordinator', job),
        ...(end !== undefined && { reason, endedAt: end.endedAt.toISOString() }),
      },
    });
  }
}

function reasonOf({ status, error }: AttemptEnd): string {
  return error !== null && error in ENDED_BECAUSE ? error : status.toLowerCase();
}

function detailOf(job: Standing, named: number | null, end?: AttemptEnd): string {
  if (named === null) {
    return `Attempt ${job.attempt} belongs to another coordinator. Send "attempt" to report for it.`;
  }
  if (end === undefined)
    return `The job is at attempt ${job.attempt}, and the request names attempt ${named}.`;
  const why = ENDED_BECAUSE[end.error ?? ''] ?? ENDED_AS[end.status];
  return `Attempt ${named} ended at ${end.endedAt.toISOString()}: ${why}. Stop working on it.`;
}

/** One more RUNNING job would exceed `maxRunning`. */
export class RunningLimitReachedError extends DomainError {
  constructor(kind: Caller['kind'], job: Standing, limitOf: 'coordinator' | 'workspace') {
    super(
      'running-limit-reached',
      `The ${limitOf} has as many RUNNING jobs as its maxRunning allows. End one first, or try again later.`,
      { members: { ...members(kind, job), limitOf } },
    );
  }
}

export class PreconditionFailedError extends DomainError {
  constructor(kind: Caller['kind'], job: Standing) {
    super('precondition-failed', `If-Match does not contain the current rev, ${job.rev}.`, {
      members: members(kind, job),
    });
  }
}

export class IdempotencyKeyReusedError extends DomainError {
  constructor() {
    super('idempotency-key-reused', 'This Idempotency-Key was used before with another body.');
  }
}

/** The stitcher allows one active job per issue, and there is one already. */
export class ActiveJobExistsError extends DomainError {
  constructor(jobId?: string) {
    super('active-job-exists', 'A job of this type for this issue is still active.', {
      ...(jobId !== undefined && { members: { jobId } }),
    });
  }
}

import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import { assertJsonSize } from '../common/http/json-body.js';
import { idempotencyOf } from '../jobs/idempotency.js';
import type { Job } from '../jobs/job.js';
import { JobClaimsRepository } from '../jobs/job-claims.repository.js';
import { cancel, complete, fail, progress, retry, start } from '../jobs/job-transitions.statement.js';
import { JobsRepository } from '../jobs/jobs.repository.js';
import { digestOf } from '../jobs/request-digest.js';
import type {
  ClaimJobRequest,
  CompleteJobRequest,
  CreateJobRequest,
  FailJobRequest,
  ReportProgressRequest,
  RetryJobRequest,
  UpdateStatusRequest,
} from './dto/job.requests.js';

const CREATE_ROUTE = 'POST /coordinator/jobs';
const CLAIM_ROUTE = 'POST /coordinator/jobs/claim';
/** So that an answer that is lost on its way strands no job. */
const DEFAULT_LEASE_SECONDS = 300;
const DEFAULT_PRIORITY = 50;
const DEFAULT_MAX_ATTEMPTS = 3;

export type Changed = { job: Job; applied: boolean };

/** What coordinators do with jobs; turns each request into one transition of `jobs/`. */
@Injectable()
export class CoordinatorJobsService {
  constructor(
    private readonly jobs: JobsRepository,
    private readonly claims: JobClaimsRepository,
  ) {}

  create(
    caller: Caller,
    body: CreateJobRequest,
    idempotencyKey: string | null,
  ): Promise<{ job: Job; replayed: boolean }> {
    assertJsonSize('metadata', body.metadata);
    const wanted = {
      workspaceId: body.workspaceId,
      type: body.type,
      repository: body.repository ?? null,
      issueNumber: body.issueNumber ?? null,
      priority: body.priority ?? DEFAULT_PRIORITY,
      metadata: body.metadata ?? {},
      maxAttempts: body.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
    };
    return this.jobs.create(caller, wanted, idempotencyOf(CREATE_ROUTE, idempotencyKey, body));
  }

  /** @returns null where there is nothing to hand out */
  claim(
    caller: Caller,
    body: ClaimJobRequest,
    idempotencyKey: string | null,
  ): Promise<{ job: Job; replayed: boolean } | null> {
    const wanted = {
      workspaceIds: body.workspaceIds ?? null,
      types: body.types ?? null,
      agentId: body.agentId,
      agentType: body.agentType ?? null,
      leaseSeconds: body.leaseSeconds ?? DEFAULT_LEASE_SECONDS,
    };
    return this.claims.claim(caller, wanted, idempotencyOf(CLAIM_ROUTE, idempotencyKey, body));
  }

  updateStatus(
    caller: Caller,
    id: string,
    revs: number[] | null,
    body: UpdateStatusRequest,
  ): Promise<Changed> {
    const attempt = body.attempt ?? null;
    const transition =
      body.status === 'CANCELLED'
        ? cancel(attempt)
        : start({
            attempt,
            agentId: body.agentId ?? null,
            agentType: body.agentType ?? null,
            leaseSeconds: body.leaseSeconds ?? null,
          });
    return this.jobs.change(caller, id, revs, transition);
  }

  progress(caller: Caller, id: string, revs: number[] | null, body: ReportProgressRequest): Promise<Changed> {
    const attempt = body.attempt ?? null;
    const { progressPercent, currentStep = null, tokensUsed = null } = body;
    return this.jobs.change(
      caller,
      id,
      revs,
      progress({ progressPercent, currentStep, tokensUsed, attempt }),
    );
  }

  complete(caller: Caller, id: string, revs: number[] | null, body: CompleteJobRequest): Promise<Changed> {
    const attempt = body.attempt ?? null;
    assertJsonSize('result', body.result);
    const { result = null, tokensUsed = null, durationSeconds = null } = body;
    const outcome = { result, tokensUsed, durationSeconds, attempt, digest: digestOf(body) };
    return this.jobs.change(caller, id, revs, complete(outcome));
  }

  fail(caller: Caller, id: string, revs: number[] | null, body: FailJobRequest): Promise<Changed> {
    const attempt = body.attempt ?? null;
    assertJsonSize('gateResults', body.gateResults);
    const { error, failedStep = null, gateResults = null, continuationPrompt = null } = body;
    const outcome = { error, failedStep, gateResults, continuationPrompt, attempt, digest: digestOf(body) };
    return this.jobs.change(caller, id, revs, fail(outcome));
  }

  retry(caller: Caller, id: string, revs: number[] | null, body: RetryJobRequest): Promise<Changed> {
    const attempt = body.attempt ?? null;
    return this.jobs.change(caller, id, revs, retry(attempt));
  }
}

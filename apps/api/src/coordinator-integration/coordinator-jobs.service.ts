import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import { assertJsonSize } from '../common/http/json-body.js';
import type { Wait } from '../common/http/wait.js';
import { DomainError } from '../common/problems/domain-error.js';
import { cutReport } from '../common/validation/report-text.js';
import { toPolicy } from '../jobs/dto/retry.members.js';
import { idempotencyOf } from '../jobs/idempotency.js';
import { type Job, QUEUED } from '../jobs/job.js';
import { JobClaimsRepository } from '../jobs/job-claims.repository.js';
import {
  cancel,
  complete,
  fail,
  failAndRequeue,
  progress,
  queue,
  retry,
  start,
} from '../jobs/job-transitions.statement.js';
import { JobsRepository } from '../jobs/jobs.repository.js';
import { digestOf } from '../jobs/request-digest.js';
import { WaitingRequests } from '../jobs/waiting/waiting-requests.js';
import {
  type ClaimJobRequest,
  type CompleteJobRequest,
  type CreateJobRequest,
  type FailJobRequest,
  MAX_REPORT_LENGTH,
  type ReportProgressRequest,
  type RetryJobRequest,
  type UpdateStatusRequest,
} from './dto/job.requests.js';

const CREATE_ROUTE = 'POST /coordinator/jobs';
const CLAIM_ROUTE = 'POST /coordinator/jobs/claim';
/** A default lease, so that a lost response does not leave a job RUNNING forever. */
const DEFAULT_LEASE_SECONDS = 300;
const DEFAULT_PRIORITY = 50;
const DEFAULT_MAX_ATTEMPTS = 3;

export type Changed = { job: Job; applied: boolean };

/** `truncated`: names of the request's members whose text was cut or changed before it was stored. */
export type Reported = Changed & { truncated: string[] };

/** Job operations of coordinators. Each request becomes one transition of `jobs/`. */
@Injectable()
export class CoordinatorJobsService {
  constructor(
    private readonly jobs: JobsRepository,
    private readonly claims: JobClaimsRepository,
    private readonly waiting: WaitingRequests,
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
      repository: body.repository?.toLowerCase() ?? null,
      issueNumber: body.issueNumber ?? null,
      priority: body.priority ?? DEFAULT_PRIORITY,
      metadata: body.metadata ?? {},
      maxAttempts: body.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
      notBefore: body.notBefore ?? null,
      retry: toPolicy(body.retry),
    };
    return this.jobs.create(caller, wanted, idempotencyOf(CREATE_ROUTE, idempotencyKey, body));
  }

  /**
   * @param body how long it waits is not part of what an `Idempotency-Key` stands for
   * @param wait null: does not wait for a job
   * @returns null if there is no job to claim
   */
  async claim(
    caller: Caller,
    { waitSeconds: _, ...body }: ClaimJobRequest,
    idempotencyKey: string | null,
    wait: Wait | null,
  ): Promise<{ job: Job; replayed: boolean } | null> {
    const wanted = {
      workspaceIds: body.workspaceIds ?? null,
      types: body.types ?? null,
      agentId: body.agentId,
      agentType: body.agentType ?? null,
      leaseSeconds: body.leaseSeconds ?? DEFAULT_LEASE_SECONDS,
    };
    const idempotency = idempotencyOf(CLAIM_ROUTE, idempotencyKey, body);
    const claim = () => this.claims.claim(caller, wanted, idempotency);
    const claimed = await claim();
    if (claimed !== null || wait === null) return claimed;
    return await this.waiting.untilClaimed(caller, { scope: wanted, idempotency }, wait, claim);
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
        ? cancel({ attempt })
        : body.status === QUEUED
          ? queue({ attempt })
          : start({
              attempt,
              agentId: body.agentId ?? null,
              agentType: body.agentType ?? null,
              leaseSeconds: body.leaseSeconds ?? null,
            });
    return this.jobs.change(caller, id, revs, transition);
  }

  async progress(
    caller: Caller,
    id: string,
    revs: number[] | null,
    body: ReportProgressRequest,
  ): Promise<Reported> {
    const { currentStep = null, attempt = null } = body;
    const kept = { currentStep: cutReport(currentStep, MAX_REPORT_LENGTH.currentStep) };
    const changed = await this.jobs.change(caller, id, revs, progress({ ...body, ...kept, attempt }));
    return { ...changed, truncated: differing(kept, { currentStep }) };
  }

  complete(caller: Caller, id: string, revs: number[] | null, body: CompleteJobRequest): Promise<Changed> {
    assertJsonSize('result', body.result);
    const outcome = { ...body, attempt: body.attempt ?? null, digest: digestOf(body) };
    return this.jobs.change(caller, id, revs, complete(outcome));
  }

  /** A repeat is recognised by the text in the request, not by the stored text, which may be cut. */
  async fail(caller: Caller, id: string, revs: number[] | null, body: FailJobRequest): Promise<Reported> {
    assertJsonSize('gateResults', body.gateResults);
    const { error, failedStep = null, continuationPrompt = null, attempt = null } = body;
    const { retry: wish = false, final = false } = body;
    if (wish !== false && final) {
      throw new DomainError('invalid-request', 'A fail asks for a retry, or is final, but not both.');
    }
    const kept = {
      error: cutReport(error, MAX_REPORT_LENGTH.error),
      failedStep: cutReport(failedStep, MAX_REPORT_LENGTH.failedStep),
      continuationPrompt: cutReport(continuationPrompt, MAX_REPORT_LENGTH.continuationPrompt),
    };
    const outcome = { ...kept, gateResults: body.gateResults, attempt, digest: digestOf(body) };
    const transition =
      wish === false
        ? fail({ ...outcome, final })
        : failAndRequeue({ ...outcome, afterSeconds: wish === true ? null : wish.afterSeconds });
    const changed = await this.jobs.change(caller, id, revs, transition);
    return { ...changed, truncated: differing(kept, { error, failedStep, continuationPrompt }) };
  }

  retry(caller: Caller, id: string, revs: number[] | null, body: RetryJobRequest): Promise<Changed> {
    const attempt = body.attempt ?? null;
    return this.jobs.change(caller, id, revs, retry({ attempt }));
  }
}

function differing(kept: Record<string, string | null>, given: Record<string, string | null>): string[] {
  return Object.keys(kept).filter((member) => kept[member] !== given[member]);
}

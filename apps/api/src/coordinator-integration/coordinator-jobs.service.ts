import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import { assertJsonSize } from '../common/http/json-body.js';
import { cutReport } from '../common/validation/report-text.js';
import { idempotencyOf } from '../jobs/idempotency.js';
import { type Job, QUEUED } from '../jobs/job.js';
import { JobClaimsRepository } from '../jobs/job-claims.repository.js';
import { cancel, complete, fail, progress, queue, retry, start } from '../jobs/job-transitions.statement.js';
import { JobsRepository } from '../jobs/jobs.repository.js';
import { digestOf } from '../jobs/request-digest.js';
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
    };
    return this.jobs.create(caller, wanted, idempotencyOf(CREATE_ROUTE, idempotencyKey, body));
  }

  /** @returns null if there is no job to claim */
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
    const kept = {
      error: cutReport(error, MAX_REPORT_LENGTH.error),
      failedStep: cutReport(failedStep, MAX_REPORT_LENGTH.failedStep),
      continuationPrompt: cutReport(continuationPrompt, MAX_REPORT_LENGTH.continuationPrompt),
    };
    const outcome = { ...body, ...kept, attempt, digest: digestOf(body) };
    const changed = await this.jobs.change(caller, id, revs, fail(outcome));
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

import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import { RightsCheck } from '../common/access/rights-check.js';
import { assertJsonSize } from '../common/http/json-body.js';
import { idempotencyOf } from '../jobs/idempotency.js';
import type { Job } from '../jobs/job.js';
import { ActiveJobExistsError } from '../jobs/jobs.errors.js';
import { StitchedJobsRepository } from '../jobs/stitched-jobs.repository.js';
import { readDelivery } from './delivery.js';
import type { DispatchRequest } from './dto/dispatch.request.js';

const DISPATCH_ROUTE = 'POST /stitcher/dispatch';

/** Type of the jobs that deliveries make: every trigger of one issue asks for the same work. */
const ISSUE_JOB_TYPE = 'issue';

export type WebhookAnswer =
  | { jobId: string }
  | { duplicate: true; jobId: string }
  | { ignored: true; reason: string };

@Injectable()
export class StitcherService {
  constructor(
    private readonly jobs: StitchedJobsRepository,
    private readonly rights: RightsCheck,
  ) {}

  async webhook(caller: Caller, event: string | null, body: unknown): Promise<WebhookAnswer> {
    const delivery = readDelivery(event, body);
    if ('ignored' in delivery) {
      // It starts no work, but even that is answered only to whoever may deliver.
      await this.rights.assertAllowed(caller);
      return { ignored: true, reason: delivery.ignored };
    }
    const { action, repository, issueNumber, comment } = delivery.trigger;
    assertJsonSize('comment', comment);
    const { job, how } = await this.jobs.dispatch(
      caller,
      {
        workspaceId: null,
        type: ISSUE_JOB_TYPE,
        repository,
        issueNumber,
        metadata: { trigger: action, ...(comment !== null && { comment }) },
      },
      null,
    );
    return how === 'made' ? { jobId: job.id } : { duplicate: true, jobId: job.id };
  }

  /** @throws ActiveJobExistsError */
  async dispatch(
    caller: Caller,
    body: DispatchRequest,
    idempotencyKey: string | undefined,
  ): Promise<{ job: Job; replayed: boolean }> {
    assertJsonSize('context', body.context);
    const { job, how } = await this.jobs.dispatch(
      caller,
      {
        workspaceId: body.workspaceId,
        type: body.type,
        repository: body.repository.toLowerCase(),
        issueNumber: body.issueNumber,
        metadata: body.context ?? {},
      },
      idempotencyOf(DISPATCH_ROUTE, idempotencyKey ?? null, body),
    );
    if (how === 'active') throw new ActiveJobExistsError(job.id);
    return { job, replayed: how === 'replayed' };
  }
}

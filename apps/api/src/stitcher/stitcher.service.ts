import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import { RightsCheck } from '../common/access/rights-check.js';
import type { ReceivedBody } from '../common/http/body-limit.js';
import { assertJsonSize } from '../common/http/json-body.js';
import { DomainError } from '../common/problems/domain-error.js';
import { APP_CONFIG, type AppConfig } from '../config/app-config.js';
import { DeliveriesRepository } from '../jobs/deliveries.repository.js';
import { toPolicy } from '../jobs/dto/retry.members.js';
import { idempotencyOf } from '../jobs/idempotency.js';
import type { Job, JobStatus } from '../jobs/job.js';
import { ActiveJobExistsError } from '../jobs/jobs.errors.js';
import { StitchedJobsRepository } from '../jobs/stitched-jobs.repository.js';
import { readBotDelivery } from './bot-delivery.js';
import { type DeliveryHeaders, digestOfBody, parseDelivery, type Reading } from './delivery.js';
import type { DispatchRequest } from './dto/dispatch.request.js';
import { mayStartWork, readForgeDelivery } from './forge-delivery.js';

const DISPATCH_ROUTE = 'POST /stitcher/dispatch';

/** The members of a response that the platform's bot reads. */
export interface JobNotice {
  jobId: string;
  status: JobStatus;
  /** the job's type */
  queueName: string;
}

/** A job, plus the members that the platform's bot reads. */
export type DispatchedJob = Job & Omit<JobNotice, 'status'>;

export type WebhookAnswer =
  | JobNotice
  | (JobNotice & { duplicate: true; triggerCount: number })
  | { ignored: true; reason: string };

@Injectable()
export class StitcherService {
  private readonly bot: string;

  constructor(
    private readonly jobs: StitchedJobsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly rights: RightsCheck,
    @Inject(APP_CONFIG) { stitcherBotName }: Pick<AppConfig, 'stitcherBotName'>,
  ) {
    this.bot = stitcherBotName;
  }

  async webhook(
    caller: Caller,
    headers: DeliveryHeaders,
    body: ReceivedBody | undefined,
  ): Promise<WebhookAnswer> {
    const reading = this.read(caller, headers, body);
    if ('ignored' in reading) {
      // No statement runs for an ignored delivery, so the permission is checked here.
      await this.rights.assertAllowed(caller);
      return { ignored: true, reason: reading.ignored };
    }
    const delivered = await this.deliveries.deliver(caller, reading.delivery);
    if ('unwanted' in delivered) return { ignored: true, reason: delivered.unwanted };
    const { job, how } = delivered;
    const notice = noticeOf(job);
    return how === 'made' ? notice : { duplicate: true, ...notice, triggerCount: job.triggerCount };
  }

  private read(caller: Caller, { event, id }: DeliveryHeaders, body: ReceivedBody | undefined): Reading {
    if (event !== null && !mayStartWork(event)) return { ignored: 'this event starts no work' };
    if (event === null && caller.signed === true) {
      throw new DomainError('invalid-request', 'X-GitHub-Event or X-Gitea-Event must name the event.');
    }
    if (body === undefined) throw new DomainError('invalid-request', 'The body must be a JSON object.');
    const parsed = parseDelivery(body);
    const reading =
      event === null ? { delivery: readBotDelivery(parsed) } : readForgeDelivery(event, parsed, this.bot);
    if ('ignored' in reading) return reading;
    // A signature does not cover the delivery id in the header. So a signed delivery is also recognised by its body.
    const digest = caller.signed === true ? digestOfBody(body) : null;
    return { delivery: { ...reading.delivery, id, digest } };
  }

  /** @throws ActiveJobExistsError */
  async dispatch(
    caller: Caller,
    body: DispatchRequest,
    idempotencyKey: string | undefined,
  ): Promise<{ job: DispatchedJob; replayed: boolean }> {
    assertJsonSize('context', body.context);
    const { job, how } = await this.jobs.dispatch(
      caller,
      {
        workspaceId: body.workspaceId,
        type: body.type,
        repository: body.repository.toLowerCase(),
        issueNumber: body.issueNumber,
        metadata: body.context ?? {},
        notBefore: body.notBefore ?? null,
        retry: toPolicy(body.retry),
      },
      idempotencyOf(DISPATCH_ROUTE, idempotencyKey ?? null, body),
    );
    if (how === 'active') throw new ActiveJobExistsError(job.id);
    return { job: { ...job, ...noticeOf(job) }, replayed: how === 'replayed' };
  }
}

function noticeOf({ id, status, type }: Job): JobNotice {
  return { jobId: id, status, queueName: type };
}

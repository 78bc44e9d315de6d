import { Body, Controller, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { BodyLimit, MAX_DELIVERY_KIB, RawBody, type ReceivedBody } from '../common/http/body-limit.js';
import { IdempotencyKey } from '../common/http/idempotency-key.js';
import { uuid } from '../common/json-schema.js';
import { Describe, json } from '../common/openapi/describe.js';
import { CoordinatorAccess } from '../coordinators/authentication/coordinator-access.decorator.js';
import { WebhookAccess } from '../webhooks/webhook-access.decorator.js';
import { readDeliveryHeaders, type SentHeaders } from './delivery-headers.js';
import { DispatchRequest } from './dto/dispatch.request.js';
import { DELIVERY, DISPATCHED, DISPATCHED_JOB, FORGE_DELIVERY, NOT_DISPATCHED } from './stitcher.schema.js';
import { type DispatchedJob, StitcherService, type WebhookAnswer } from './stitcher.service.js';

@Controller('stitcher')
export class StitcherController {
  constructor(private readonly stitcher: StitcherService) {}

  @Post('webhook')
  @CoordinatorAccess('stitcher:dispatch')
  @HttpCode(202)
  @BodyLimit(MAX_DELIVERY_KIB)
  @RawBody()
  @Describe({
    summary: "Takes the bot's own body, or what Gitea and GitHub send for `issues` and `issue_comment`",
    details:
      'The job belongs to the workspace that has registered the repository. The body cannot choose a workspace.',
    body: DELIVERY,
    answers: { 202: json(DISPATCHED), 200: json(NOT_DISPATCHED) },
    problems: ['repository-forbidden'],
  })
  webhook(
    @CurrentCaller() caller: Caller,
    @Headers('x-gitea-event') giteaEvent: string | undefined,
    @Headers('x-github-event') githubEvent: string | undefined,
    @Headers('x-gitea-delivery') giteaDelivery: string | undefined,
    @Headers('x-github-delivery') githubDelivery: string | undefined,
    @Body() body: ReceivedBody | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WebhookAnswer> {
    return this.deliver(caller, { giteaEvent, githubEvent, giteaDelivery, githubDelivery }, body, reply);
  }

  @Post('webhook/:webhookId')
  @WebhookAccess('stitcher:dispatch')
  @HttpCode(202)
  @BodyLimit(MAX_DELIVERY_KIB)
  @RawBody()
  @Describe({
    summary: "Takes a delivery that the webhook's secret has signed",
    details:
      'The body is JSON, or a form whose member `payload` is JSON. The same body again, whatever its delivery id, is answered with its first job for 7 days.',
    params: { webhookId: uuid() },
    body: FORGE_DELIVERY,
    answers: { 202: json(DISPATCHED), 200: json(NOT_DISPATCHED) },
    problems: ['repository-forbidden'],
  })
  signedWebhook(
    @CurrentCaller() caller: Caller,
    // The guard has read this id. An invalid id gets the same response as an unknown one.
    @Param('webhookId') _webhookId: string,
    @Headers('x-gitea-event') giteaEvent: string | undefined,
    @Headers('x-github-event') githubEvent: string | undefined,
    @Headers('x-gitea-delivery') giteaDelivery: string | undefined,
    @Headers('x-github-delivery') githubDelivery: string | undefined,
    @Body() body: ReceivedBody | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WebhookAnswer> {
    return this.deliver(caller, { giteaEvent, githubEvent, giteaDelivery, githubDelivery }, body, reply);
  }

  private async deliver(
    caller: Caller,
    headers: SentHeaders,
    body: ReceivedBody | undefined,
    reply: FastifyReply,
  ): Promise<WebhookAnswer> {
    const answer = await this.stitcher.webhook(caller, readDeliveryHeaders(headers), body);
    if ('duplicate' in answer || 'ignored' in answer) void reply.status(200);
    return answer;
  }

  @Post('dispatch')
  @CoordinatorAccess('stitcher:dispatch')
  @BodyLimit(1024)
  @Describe({
    summary: 'Creates a job for an issue; at most one active job for each repository, issue and type',
    answers: {
      201: json(DISPATCHED_JOB, 'ETag', 'Location'),
      200: json(DISPATCHED_JOB, 'ETag', 'Location', 'Idempotency-Replayed'),
    },
    problems: ['workspace-forbidden', 'repository-forbidden', 'active-job-exists', 'idempotency-key-reused'],
  })
  async dispatch(
    @CurrentCaller() caller: Caller,
    @Body() body: DispatchRequest,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DispatchedJob> {
    const { job, replayed } = await this.stitcher.dispatch(caller, body, idempotencyKey);
    void reply.header('Location', `/coordinator/jobs/${job.id}`);
    if (replayed) void reply.status(200).header('Idempotency-Replayed', 'true');
    return job;
  }
}

import { Body, Controller, Headers, HttpCode, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { BodyLimit } from '../common/http/body-limit.js';
import { IdempotencyKey } from '../common/http/idempotency-key.js';
import { Describe, json } from '../common/openapi/describe.js';
import { CoordinatorAccess } from '../coordinators/authentication/coordinator-access.decorator.js';
import type { Job } from '../jobs/job.js';
import { JOB } from '../jobs/job.schema.js';
import { DispatchRequest } from './dto/dispatch.request.js';
import { DELIVERY, DISPATCHED, NOT_DISPATCHED } from './stitcher.schema.js';
import { StitcherService, type WebhookAnswer } from './stitcher.service.js';

@Controller('stitcher')
export class StitcherController {
  constructor(private readonly stitcher: StitcherService) {}

  /** Gitea sends GitHub's event header too, for compatibility; its own comes first. */
  @Post('webhook')
  @CoordinatorAccess('stitcher:dispatch')
  @BodyLimit(1024)
  @HttpCode(202)
  @Describe({
    summary: "Takes the bot's own body, or what Gitea and GitHub send for `issues` and `issue_comment`",
    details: 'Whose repository it is, the registry knows; nothing in the body says so.',
    body: DELIVERY,
    answers: { 202: json(DISPATCHED), 200: json(NOT_DISPATCHED) },
    problems: ['repository-forbidden'],
  })
  async webhook(
    @CurrentCaller() caller: Caller,
    @Headers('x-gitea-event') giteaEvent: string | undefined,
    @Headers('x-github-event') githubEvent: string | undefined,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WebhookAnswer> {
    const answer = await this.stitcher.webhook(caller, giteaEvent ?? githubEvent ?? null, body);
    if ('duplicate' in answer || 'ignored' in answer) void reply.status(200);
    return answer;
  }

  @Post('dispatch')
  @CoordinatorAccess('stitcher:dispatch')
  @BodyLimit(1024)
  @Describe({
    summary: 'Creates a job for an issue; one active for each repository, issue and type',
    answers: { 201: json(JOB, 'ETag'), 200: json(JOB, 'ETag', 'Idempotency-Replayed') },
    problems: ['workspace-forbidden', 'repository-forbidden', 'active-job-exists', 'idempotency-key-reused'],
  })
  async dispatch(
    @CurrentCaller() caller: Caller,
    @Body() body: DispatchRequest,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Job> {
    const { job, replayed } = await this.stitcher.dispatch(caller, body, idempotencyKey);
    if (replayed) void reply.status(200).header('Idempotency-Replayed', 'true');
    return job;
  }
}

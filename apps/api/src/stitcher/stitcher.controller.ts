import { Body, Controller, Headers, Post, Res, UseInterceptors } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { IdempotencyKey } from '../common/http/idempotency-key.js';
import { CoordinatorAccess } from '../coordinators/coordinator-access.decorator.js';
import { EtagInterceptor } from '../jobs/etag.interceptor.js';
import type { Job } from '../jobs/job.js';
import { DispatchRequest } from './dto/dispatch.request.js';
import { StitcherService, type WebhookAnswer } from './stitcher.service.js';

@Controller('stitcher')
@UseInterceptors(EtagInterceptor)
export class StitcherController {
  constructor(private readonly stitcher: StitcherService) {}

  /** Gitea sends GitHub's event header too, for compatibility; its own comes first. */
  @Post('webhook')
  @CoordinatorAccess('stitcher:dispatch')
  async webhook(
    @CurrentCaller() caller: Caller,
    @Headers('x-gitea-event') giteaEvent: string | undefined,
    @Headers('x-github-event') githubEvent: string | undefined,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WebhookAnswer> {
    const answer = await this.stitcher.webhook(caller, giteaEvent ?? githubEvent ?? null, body);
    const isNew = 'jobId' in answer && !('duplicate' in answer);
    void reply.status(isNew ? 202 : 200);
    return answer;
  }

  @Post('dispatch')
  @CoordinatorAccess('stitcher:dispatch')
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

import { Body, Controller, Delete, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { Describe, json, nothing } from '../common/openapi/describe.js';
import type { Page } from '../common/pagination/page.js';
import { PageQuery } from '../common/pagination/page.query.js';
import { UuidParam } from '../common/validation/uuid-param.js';
import { OperatorAccess } from '../operators/operator-access.decorator.js';
import { CreateWebhookRequest, RotateWebhookRequest } from './dto/webhook.requests.js';
import type { IssuedWebhook, Webhook } from './webhook.js';
import { ISSUED_WEBHOOK, WEBHOOK, WEBHOOKS } from './webhook.schema.js';
import { WebhooksService } from './webhooks.service.js';

@Controller('admin/coordinators/:id/webhooks')
@OperatorAccess('system:admin')
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Post()
  @Describe({
    summary: 'Creates the endpoint of a forge, with the secret that signs its deliveries',
    answers: { 201: json(ISSUED_WEBHOOK, 'Location') },
  })
  async create(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: CreateWebhookRequest = {},
  ): Promise<IssuedWebhook> {
    const issued = await this.webhooks.create(caller, id, body);
    locate(reply, issued);
    return issued;
  }

  @Get()
  @Describe({ summary: 'Webhooks, without their secrets', answers: { 200: json(WEBHOOKS) } })
  list(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Query() query: PageQuery,
  ): Promise<Page<Webhook>> {
    return this.webhooks.list(caller, id, query);
  }

  @Get(':webhookId')
  @Describe({ summary: 'One webhook, without its secret', answers: { 200: json(WEBHOOK) } })
  find(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @UuidParam('webhookId') webhookId: string,
  ): Promise<Webhook> {
    return this.webhooks.find(caller, id, webhookId);
  }

  @Post(':webhookId/rotate')
  @Describe({
    summary: 'Creates a successor with a path and a secret of its own',
    details: 'The old webhook is still accepted for `overlapSeconds`.',
    answers: { 201: json(ISSUED_WEBHOOK, 'Location') },
    problems: ['illegal-transition'],
  })
  async rotate(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @UuidParam('webhookId') webhookId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: RotateWebhookRequest = {},
  ): Promise<IssuedWebhook> {
    const issued = await this.webhooks.rotate(caller, id, webhookId, body);
    locate(reply, issued);
    return issued;
  }

  @Delete(':webhookId')
  @HttpCode(204)
  @Describe({
    summary: 'Revokes a webhook',
    details: 'Its deliveries are refused from the answer on. Repeating the request gets the same 204.',
    answers: { 204: nothing() },
  })
  revoke(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @UuidParam('webhookId') webhookId: string,
  ): Promise<void> {
    return this.webhooks.revoke(caller, id, webhookId);
  }
}

function locate(reply: FastifyReply, { webhook }: IssuedWebhook): void {
  void reply.header('Location', `/admin/coordinators/${webhook.coordinatorId}/webhooks/${webhook.id}`);
}

import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../common/access/caller.js';
import { Describe, json, nothing } from '../common/openapi/describe.js';
import type { Page } from '../common/pagination/page.js';
import { PageQuery } from '../common/pagination/page.query.js';
import { UuidParam } from '../common/validation/uuid-param.js';
import { OperatorAccess } from '../operators/operator-access.decorator.js';
import { CreateWebhookRequest, RotateWebhookRequest } from './dto/webhook.requests.js';
import type { IssuedWebhook, Webhook } from './webhook.js';
import { ISSUED_WEBHOOK, WEBHOOKS } from './webhook.schema.js';
import { WebhooksService } from './webhooks.service.js';

@Controller('admin/coordinators/:id/webhooks')
@OperatorAccess('system:admin')
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Post()
  @Describe({
    summary: 'Creates the endpoint of a forge, with the secret that signs its deliveries',
    answers: { 201: json(ISSUED_WEBHOOK) },
  })
  create(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @Body() body: CreateWebhookRequest = {},
  ): Promise<IssuedWebhook> {
    return this.webhooks.create(caller, id, body);
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

  @Post(':webhookId/rotate')
  @Describe({
    summary: 'Creates a successor with a path and a secret of its own',
    details: 'The old webhook is still accepted for `overlapSeconds`.',
    answers: { 201: json(ISSUED_WEBHOOK) },
    problems: ['illegal-transition'],
  })
  rotate(
    @CurrentCaller() caller: Caller,
    @UuidParam('id') id: string,
    @UuidParam('webhookId') webhookId: string,
    @Body() body: RotateWebhookRequest = {},
  ): Promise<IssuedWebhook> {
    return this.webhooks.rotate(caller, id, webhookId, body);
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

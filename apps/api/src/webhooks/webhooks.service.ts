import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import { type Page, readPage } from '../common/pagination/page.js';
import type { PageQuery } from '../common/pagination/page.query.js';
import { RightsDrain } from '../database/rights-drain.js';
import type { CreateWebhookRequest, RotateWebhookRequest } from './dto/webhook.requests.js';
import type { IssuedWebhook, Webhook } from './webhook.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { WebhooksRepository } from './webhooks.repository.js';

const DEFAULT_OVERLAP_SECONDS = 86_400;

@Injectable()
export class WebhooksService {
  constructor(
    private readonly webhooks: WebhooksRepository,
    private readonly secrets: WebhookSecrets,
    private readonly drain: RightsDrain,
  ) {}

  async create(
    caller: Caller,
    coordinatorId: string,
    { name }: CreateWebhookRequest,
  ): Promise<IssuedWebhook> {
    return this.issued(await this.webhooks.create(caller, coordinatorId, name ?? null));
  }

  find(caller: Caller, coordinatorId: string, webhookId: string): Promise<Webhook> {
    return this.webhooks.find(caller, coordinatorId, webhookId);
  }

  list(caller: Caller, coordinatorId: string, query: PageQuery): Promise<Page<Webhook>> {
    return readPage(query, (range) => this.webhooks.list(caller, coordinatorId, range));
  }

  async rotate(
    caller: Caller,
    coordinatorId: string,
    webhookId: string,
    { overlapSeconds = DEFAULT_OVERLAP_SECONDS }: RotateWebhookRequest,
  ): Promise<IssuedWebhook> {
    const successor = await this.webhooks.rotate(caller, coordinatorId, webhookId, overlapSeconds);
    // Without an overlap the old webhook ends now. With an overlap it expires later by itself.
    if (overlapSeconds === 0) {
      await this.drain.drain('The new secret cannot be shown any more: rotate the new webhook.');
    }
    return this.issued(successor);
  }

  /** Drains even if the webhook is already revoked: the first request may not have finished. */
  async revoke(caller: Caller, coordinatorId: string, webhookId: string): Promise<void> {
    await this.webhooks.revoke(caller, coordinatorId, webhookId);
    await this.drain.drain();
  }

  private issued(webhook: Webhook): IssuedWebhook {
    return { webhook, secret: this.secrets.secretOf(webhook.id) };
  }
}

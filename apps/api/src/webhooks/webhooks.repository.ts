import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import type { ListPart, PageRange } from '../common/pagination/page.js';
import { CoordinatorNotFoundError } from '../coordinators/coordinators.errors.js';
import { revocation, rotation } from '../coordinators/credential.statement.js';
import { assertAllowed, onBehalfOf } from '../database/audited-statement.js';
import { comesAfter, NEWEST_FIRST } from '../database/keyset.js';
import { type BoundedRow, boundedPage, listedFrom } from '../database/page-bytes.js';
import { type PrismaService, RESERVED_PRISMA } from '../database/prisma.service.js';
import { STATEMENT_TIME } from '../database/statement-time.js';
import { Prisma } from '../generated/prisma/client.js';
import type { Webhook } from './webhook.js';
import { isWebhookRow, toWebhook, WEBHOOK_COLUMNS, type WebhookRow } from './webhook-row.js';
import { WebhookNotActiveError, WebhookNotFoundError } from './webhooks.errors.js';

type Answer = Partial<WebhookRow> & { refusal: string | null };

/** A webhook and its coordinator, as last read. No permission check uses it. */
export interface WebhookIdentity {
  id: string;
  name: string;
  rateLimitPerMinute: number;
}

/** The webhooks of coordinators. Every statement that locks both locks the coordinator's row before its webhooks. */
@Injectable()
export class WebhooksRepository {
  constructor(@Inject(RESERVED_PRISMA) private readonly prisma: PrismaService) {}

  /**
   * Finds every webhook that ever existed, including revoked and expired webhooks and webhooks of deleted coordinators.
   */
  async findIdentity(webhookId: string): Promise<WebhookIdentity | undefined> {
    const [row] = await this.prisma.$queryRaw<WebhookIdentity[]>`
      SELECT coordinator.id, coordinator.name, coordinator.rate_limit_per_minute AS "rateLimitPerMinute"
      FROM public.coordinator_webhooks AS webhook JOIN public.coordinators AS coordinator ON coordinator.id = webhook.coordinator_id
      WHERE webhook.id = ${webhookId}::uuid`;
    return row;
  }

  /** @throws DomainError `not-found`, and the refusals of `assertAllowed` */
  async create(caller: Caller, coordinatorId: string, name: string | null): Promise<Webhook> {
    const [row] = await this.prisma.$queryRaw<Answer[]>`
      WITH ${onBehalfOf(caller)},
      coordinator AS MATERIALIZED (
        SELECT coordinator.id FROM public.coordinators AS coordinator, ctx
        WHERE ctx.ready AND coordinator.id = ${coordinatorId}::uuid AND coordinator.status <> 'DELETED'
        FOR NO KEY UPDATE OF coordinator
      ),
      webhook AS (
        INSERT INTO public.coordinator_webhooks (coordinator_id, name) SELECT coordinator.id, ${name} FROM coordinator
        RETURNING *
      )
      SELECT caller.refusal, ${WEBHOOK_COLUMNS} FROM caller LEFT JOIN webhook ON true`;
    assertAllowed(row);
    if (!isWebhookRow(row)) throw new CoordinatorNotFoundError();
    return toWebhook(row);
  }

  /** @throws DomainError `not-found`, and the refusals of `assertAllowed` */
  async find(caller: Caller, coordinatorId: string, webhookId: string): Promise<Webhook> {
    const [row] = await this.prisma.$queryRaw<Answer[]>`
      WITH ${onBehalfOf(caller)},
      webhook AS (
        SELECT webhook.*
        FROM public.coordinator_webhooks AS webhook JOIN public.coordinators AS coordinator ON coordinator.id = webhook.coordinator_id
        WHERE webhook.id = ${webhookId}::uuid AND coordinator.id = ${coordinatorId}::uuid AND coordinator.status <> 'DELETED'
      )
      SELECT caller.refusal, ${WEBHOOK_COLUMNS} FROM caller LEFT JOIN webhook ON caller.refusal IS NULL`;
    assertAllowed(row);
    if (!isWebhookRow(row)) throw new WebhookNotFoundError();
    return toWebhook(row);
  }

  /**
   * Newest first.
   *
   * @throws DomainError `not-found`, and the refusals of `assertAllowed`
   */
  async list(caller: Caller, coordinatorId: string, page: PageRange): Promise<ListPart<Webhook>> {
    const rows = await this.prisma.$queryRaw<(Answer & BoundedRow & { found_id: string | null })[]>`
      WITH ${onBehalfOf(caller)},
      coordinator AS MATERIALIZED (
        SELECT coordinator.id FROM public.coordinators AS coordinator, caller
        WHERE caller.refusal IS NULL AND coordinator.id = ${coordinatorId}::uuid AND coordinator.status <> 'DELETED'
      ),
      listed AS MATERIALIZED (
        SELECT ${WEBHOOK_COLUMNS}
        FROM public.coordinator_webhooks AS webhook JOIN coordinator ON coordinator.id = webhook.coordinator_id
        WHERE ${comesAfter(Prisma.sql`webhook`, page.after)}
        ORDER BY webhook.created_at DESC, webhook.id DESC
        LIMIT ${page.limit + 1}::int
      ),
      ${boundedPage(NEWEST_FIRST, page.limit)}
      SELECT caller.refusal, coordinator.id AS found_id, page.*
      FROM caller LEFT JOIN coordinator ON true LEFT JOIN page ON true
      ORDER BY page.place`;
    assertAllowed(rows[0]);
    if (rows[0].found_id === null) throw new CoordinatorNotFoundError();
    return listedFrom(rows, isWebhookRow<Answer & BoundedRow>, toWebhook);
  }

  /**
   * Creates a successor. The old webhook stays valid for `overlapSeconds`, or until its own end if that is sooner.
   *
   * @throws DomainError `not-found`, `illegal-transition` if the webhook is revoked or expired, and the guard's
   *   refusals
   */
  async rotate(
    caller: Caller,
    coordinatorId: string,
    webhookId: string,
    overlapSeconds: number,
  ): Promise<Webhook> {
    const [row] = await this.prisma.$queryRaw<(Answer & { found_state: Webhook['state'] | null })[]>`
      WITH ${onBehalfOf(caller)},
      ${rotation('webhook', { coordinatorId, id: webhookId }, overlapSeconds)},
      webhook AS (
        INSERT INTO public.coordinator_webhooks (coordinator_id, name, predecessor_id, created_at)
        SELECT found.coordinator_id, found.name, found.id, ${STATEMENT_TIME} FROM found JOIN rotated USING (id)
        RETURNING *
      )
      SELECT caller.refusal, found.state AS found_state, ${WEBHOOK_COLUMNS}
      FROM caller LEFT JOIN found ON true LEFT JOIN webhook ON true`;
    assertAllowed(row);
    if (row.found_state === null) throw new WebhookNotFoundError();
    if (!isWebhookRow(row)) throw new WebhookNotActiveError(row.found_state);
    return toWebhook(row);
  }

  /**
   * Revokes a webhook. Does nothing if it is already revoked.
   *
   * @throws DomainError `not-found`, and the refusals of `assertAllowed`
   */
  async revoke(caller: Caller, coordinatorId: string, webhookId: string): Promise<void> {
    const [row] = await this.prisma.$queryRaw<{ refusal: string | null; id: string | null }[]>`
      WITH ${onBehalfOf(caller)},
      ${revocation('webhook', { coordinatorId, id: webhookId })}
      SELECT caller.refusal, found.id FROM caller LEFT JOIN found ON true`;
    assertAllowed(row);
    if (row.id === null) throw new WebhookNotFoundError();
  }
}

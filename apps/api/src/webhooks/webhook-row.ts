import { stateOf } from '../coordinators/credential.statement.js';
import type { RowOf } from '../database/row.js';
import { type CoordinatorWebhook, Prisma } from '../generated/prisma/client.js';
import type { Webhook } from './webhook.js';

export interface WebhookRow
  extends RowOf<
    CoordinatorWebhook,
    'id' | 'coordinatorId' | 'name' | 'createdAt' | 'expiresAt' | 'rotatedAt' | 'revokedAt' | 'predecessorId'
  > {
  state: Webhook['state'];
}

export const WEBHOOK_COLUMNS = Prisma.sql`webhook.id, webhook.coordinator_id, webhook.name, ${stateOf('webhook')} AS state,
  webhook.created_at, webhook.expires_at, webhook.rotated_at, webhook.revoked_at, webhook.predecessor_id`;

export function isWebhookRow<Row extends Partial<WebhookRow>>(row: Row): row is Row & WebhookRow {
  return typeof row.id === 'string';
}

export function toWebhook(row: WebhookRow): Webhook {
  return {
    id: row.id,
    coordinatorId: row.coordinator_id,
    name: row.name,
    path: `/stitcher/webhook/${row.id}`,
    state: row.state,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    rotatedAt: row.rotated_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    predecessorId: row.predecessor_id,
  };
}

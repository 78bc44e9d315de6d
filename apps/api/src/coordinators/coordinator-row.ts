import { columnsOf, mapperOf, type RowOfFields } from '../database/fields.js';
import type { RowOf } from '../database/row.js';
import { type Coordinator as CoordinatorModel, Prisma } from '../generated/prisma/client.js';
import type { Coordinator, CoordinatorPermission } from './coordinator.js';
import { KEY_FIELDS } from './coordinator-key.js';
import { stateOf } from './credential.statement.js';

export interface CoordinatorRow
  extends RowOf<
    CoordinatorModel,
    'id' | 'name' | 'rateLimitPerMinute' | 'maxRunning' | 'createdAt' | 'updatedAt'
  > {
  /** never DELETED: no statement returns a deleted coordinator */
  status: Coordinator['status'];
  permissions: CoordinatorPermission[];
  allowed_networks: string[];
  workspace_ids: string[];
}

export type KeyRow = RowOfFields<typeof KEY_FIELDS, 'key_'>;

/** The workspaces that `coordinator` may touch. */
export const WORKSPACE_IDS = Prisma.sql`ARRAY(
  SELECT allowed.workspace_id FROM public.coordinator_workspaces AS allowed
  WHERE allowed.coordinator_id = coordinator.id ORDER BY allowed.workspace_id)`;

/** The columns of `coordinator`, except its workspaces. */
export const COORDINATOR_COLUMNS = Prisma.sql`coordinator.id, coordinator.name, coordinator.status, coordinator.permissions,
  coordinator.rate_limit_per_minute, coordinator.max_running, coordinator.allowed_networks::text[] AS allowed_networks, coordinator.created_at,
  coordinator.updated_at`;

/** The columns of `key`, under names that differ from those of `coordinator`. */
export const KEY_COLUMNS = columnsOf(KEY_FIELDS, 'key', 'key_', {
  prefix: Prisma.sql`CASE WHEN NOT key.environment THEN 'crk_' || key.kid || '_' END`,
  state: stateOf('key'),
  lastUsedAt: Prisma.sql`(SELECT use.last_used_at FROM public.coordinator_key_uses AS use WHERE use.key_id = key.id)`,
});

export function isCoordinatorRow<Row extends Partial<CoordinatorRow>>(row: Row): row is Row & CoordinatorRow {
  return typeof row.id === 'string';
}

export function toCoordinator(row: CoordinatorRow): Coordinator {
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    permissions: row.permissions,
    rateLimitPerMinute: row.rate_limit_per_minute,
    maxRunning: row.max_running,
    allowedNetworks: row.allowed_networks,
    workspaceIds: row.workspace_ids,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

export function isKeyRow<Row extends Partial<KeyRow>>(row: Row): row is Row & KeyRow {
  return typeof row.key_id === 'string';
}

export const toCoordinatorKey = mapperOf(KEY_FIELDS, 'key_');

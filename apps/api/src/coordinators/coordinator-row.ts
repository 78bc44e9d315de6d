import type { RowOf } from '../database/row.js';
import {
  type Coordinator as CoordinatorModel,
  type CoordinatorKey as KeyModel,
  Prisma,
} from '../generated/prisma/client.js';
import type { Coordinator, CoordinatorPermission } from './coordinator.js';
import type { CoordinatorKey } from './coordinator-key.js';
import { stateOf } from './credential.statement.js';

export interface CoordinatorRow
  extends RowOf<CoordinatorModel, 'id' | 'name' | 'rateLimitPerMinute' | 'createdAt' | 'updatedAt'> {
  /** never DELETED: no statement returns a deleted coordinator */
  status: Coordinator['status'];
  permissions: CoordinatorPermission[];
  allowed_networks: string[];
  workspace_ids: string[];
}

export interface KeyRow
  extends RowOf<
    KeyModel,
    | 'id'
    | 'coordinatorId'
    | 'kid'
    | 'name'
    | 'environment'
    | 'createdAt'
    | 'expiresAt'
    | 'rotatedAt'
    | 'revokedAt'
    | 'predecessorId',
    'key_'
  > {
  key_state: CoordinatorKey['state'];
  key_last_used_at: Date | null;
}

/** The workspaces that `coordinator` may touch. */
export const WORKSPACE_IDS = Prisma.sql`ARRAY(
  SELECT allowed.workspace_id FROM public.coordinator_workspaces AS allowed
  WHERE allowed.coordinator_id = coordinator.id ORDER BY allowed.workspace_id)`;

/** The columns of `coordinator`, except its workspaces. */
export const COORDINATOR_COLUMNS = Prisma.sql`coordinator.id, coordinator.name, coordinator.status, coordinator.permissions,
  coordinator.rate_limit_per_minute, coordinator.allowed_networks::text[] AS allowed_networks, coordinator.created_at,
  coordinator.updated_at`;

/** The columns of `key`, under names that differ from those of `coordinator`. */
export const KEY_COLUMNS = Prisma.sql`key.id AS key_id, key.coordinator_id AS key_coordinator_id, key.kid AS key_kid,
  key.name AS key_name, key.environment AS key_environment, ${stateOf('key')} AS key_state, key.created_at AS key_created_at,
  key.expires_at AS key_expires_at, key.rotated_at AS key_rotated_at, key.revoked_at AS key_revoked_at,
  key.predecessor_id AS key_predecessor_id,
  (SELECT use.last_used_at FROM public.coordinator_key_uses AS use WHERE use.key_id = key.id) AS key_last_used_at`;

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
    allowedNetworks: row.allowed_networks,
    workspaceIds: row.workspace_ids,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

export function isKeyRow<Row extends Partial<KeyRow>>(row: Row): row is Row & KeyRow {
  return typeof row.key_id === 'string';
}

export function toCoordinatorKey(row: KeyRow): CoordinatorKey {
  return {
    id: row.key_id,
    coordinatorId: row.key_coordinator_id,
    kid: row.key_kid,
    prefix: row.key_environment ? null : `crk_${row.key_kid}_`,
    name: row.key_name,
    environment: row.key_environment,
    state: row.key_state,
    createdAt: row.key_created_at.toISOString(),
    expiresAt: row.key_expires_at?.toISOString() ?? null,
    rotatedAt: row.key_rotated_at?.toISOString() ?? null,
    revokedAt: row.key_revoked_at?.toISOString() ?? null,
    lastUsedAt: row.key_last_used_at?.toISOString() ?? null,
    predecessorId: row.key_predecessor_id,
  };
}

import type { AuditActorType, AuditOutcome } from './audit-record.js';
import type { LeafRecord } from './proof/leaf.js';

/** What a leaf is made of, of a row of the log by the name `record`. `changes` as text, for its numbers lose digits in JavaScript. */
export const LEAF_COLUMNS = `record.id, record.occurred_at, record.actor_type, record.actor_id, record.actor_name, record.key_id,
  record.action, record.outcome, record.reason, record.workspace_id, record.resource_type, record.resource_id, record.rev,
  record.changes::text AS changes, record.request_id, record.source_ip_commitment, record.user_agent_commitment,
  record.occurrences`;

export interface LeafRow {
  id: string;
  occurred_at: Date;
  actor_type: AuditActorType;
  actor_id: string | null;
  actor_name: string | null;
  key_id: string | null;
  action: string;
  outcome: AuditOutcome;
  reason: string | null;
  workspace_id: string | null;
  resource_type: string | null;
  resource_id: string | null;
  rev: number | null;
  changes: string;
  request_id: string | null;
  source_ip_commitment: Uint8Array | null;
  user_agent_commitment: Uint8Array | null;
  occurrences: number;
}

export function toLeafRecord(row: LeafRow): LeafRecord {
  return {
    id: row.id,
    occurredAt: row.occurred_at.toISOString(),
    actorType: row.actor_type,
    actorId: row.actor_id,
    actorName: row.actor_name,
    keyId: row.key_id,
    action: row.action,
    outcome: row.outcome,
    reason: row.reason,
    workspaceId: row.workspace_id,
    resourceType: row.resource_type,
    resourceId: row.resource_id,
    rev: row.rev,
    changes: row.changes,
    requestId: row.request_id,
    sourceIp: asBuffer(row.source_ip_commitment),
    userAgent: asBuffer(row.user_agent_commitment),
    occurrences: row.occurrences,
  };
}

function asBuffer(bytes: Uint8Array | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

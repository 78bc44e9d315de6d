import type { AuditActorType, AuditOutcome } from '../audit-proof/audit-record.js';

/**
 * The columns of a record that every reader of the log uses. Each reader handles `changes` and the personal values
 * itself.
 */
export interface RecordRow {
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
  request_id: string | null;
  occurrences: number;
}

/** All members except `changes`, `sourceIp` and `userAgent`. */
export function membersOf(row: RecordRow) {
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
    requestId: row.request_id,
    occurrences: row.occurrences,
  };
}

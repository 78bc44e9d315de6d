import type { RowOf } from '../database/row.js';
import type { AuditRecord } from '../generated/prisma/client.js';

/**
 * The columns of a record that every reader of the log uses. Each reader handles `changes` and the personal values
 * itself.
 */
export interface RecordRow
  extends RowOf<
    AuditRecord,
    | 'id'
    | 'occurredAt'
    | 'actorType'
    | 'actorId'
    | 'actorName'
    | 'keyId'
    | 'action'
    | 'outcome'
    | 'reason'
    | 'workspaceId'
    | 'resourceType'
    | 'resourceId'
    | 'rev'
    | 'requestId'
    | 'occurrences'
  > {}

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

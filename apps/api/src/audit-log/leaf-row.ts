import type { LeafRecord } from '../audit-proof/leaf.js';
import { membersOf, type RecordRow } from './record-row.js';

/**
 * The input of a leaf, from a row of the log with the alias `record`. `changes` is text, because its numbers lose
 * digits in JavaScript.
 */
export const LEAF_COLUMNS = `record.id, record.occurred_at, record.actor_type, record.actor_id, record.actor_name, record.key_id,
  record.action, record.outcome, record.reason, record.workspace_id, record.resource_type, record.resource_id, record.rev,
  record.changes::text AS changes, record.request_id, record.source_ip_commitment, record.user_agent_commitment,
  record.occurrences`;

export interface LeafRow extends RecordRow {
  changes: string;
  source_ip_commitment: Uint8Array | null;
  user_agent_commitment: Uint8Array | null;
}

export function toLeafRecord(row: LeafRow): LeafRecord {
  return {
    ...membersOf(row),
    changes: row.changes,
    sourceIp: asBuffer(row.source_ip_commitment),
    userAgent: asBuffer(row.user_agent_commitment),
  };
}

function asBuffer(bytes: Uint8Array | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

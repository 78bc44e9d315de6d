import { copyBytes, UUID_BYTES, uuidText } from '../audit-proof/bytes.js';
import type { LeafEncoder } from '../audit-proof/leaf-encoder.js';
import { type Member, RecordFields, type Remains, unreadable } from '../audit-proof/record-fields.js';
import { endsOf, NULL_LENGTH } from './binary-copy.js';

/** `timestamptz` counts microseconds from 2000-01-01T00:00:00Z. */
const POSTGRES_EPOCH_MS = 946_684_800_000;
/** In the binary format of `jsonb`, the text follows this byte. */
const JSONB_VERSION = 1;

/**
 * The select list of a `COPY` of rows with the aliases `record` and `leaf`, each of which may be missing: the members of `CopyTuple`, and `isLate`. `RECORD_LINE` has the same content, but costs Postgres three times as much.
 */
export const RECORD_TUPLE = `coalesce(record.id, leaf.record_id), record.occurred_at, record.actor_type, record.actor_id,
  record.actor_name, record.key_id, record.action, record.outcome, record.reason, record.workspace_id, record.resource_type,
  record.resource_id, record.rev, record.request_id, pg_catalog.host(record.source_ip), record.user_agent, record.occurrences,
  leaf.leaf_index, leaf.hash, record.source_ip_salt, record.source_ip_commitment, record.user_agent_salt,
  record.user_agent_commitment, record.changes,
  CASE WHEN leaf.record_id IS NULL THEN record.xid IS NULL OR pg_catalog.pg_visible_in_snapshot(
    record.xid, (SELECT sealed_to FROM public.audit_checkpoints ORDER BY seq DESC LIMIT 1)) END`;

/** A row of the log in the binary format of Postgres. */
export class CopyTuple extends RecordFields {
  endsOf(bytes: Buffer): number[] {
    return endsOf(bytes);
  }

  read(bytes: Buffer, begin: number): this {
    this.bytes = bytes;
    this.find(begin);
    this.isLeafAlone = this.occurredAt.isNull && this.actorType.isNull && this.changes.isNull;
    if (this.isLeafAlone) return this;
    for (const member of this.members) {
      if (member.isNull && !member.isOptional) unreadable(member.name);
    }
    if (bytes[this.changes.begin] !== JSONB_VERSION) unreadable(this.changes.name);
    this.changes.begin += 1;
    return this;
  }

  remains(): Remains {
    const { id, leafIndex, leafHash } = this;
    return {
      id: this.uuidText(id),
      leafIndex: this.optionalInteger(leafIndex),
      leafHash: leafHash.isNull ? undefined : this.bytes.subarray(leafHash.begin, leafHash.end),
    };
  }

  copyUuid(member: Member, to: Uint8Array, at: number): boolean {
    return this.copyBytes(member, to, at, UUID_BYTES);
  }

  uuidText({ begin }: Member): string {
    return uuidText(this.bytes, begin);
  }

  copyBytes({ begin, end }: Member, to: Uint8Array, at: number, count: number): boolean {
    if (end - begin !== count) return false;
    copyBytes(this.bytes, begin, end, to, at);
    return true;
  }

  writeTime({ name, begin }: Member, writer: LeafEncoder): number {
    const microseconds = this.bigint(begin);
    const time = microseconds / 1_000 + POSTGRES_EPOCH_MS;
    // The column has milliseconds. An infinite or very distant time is too large for a number.
    if (!Number.isSafeInteger(microseconds) || !Number.isInteger(time)) unreadable(name);
    writer.milliseconds(time);
    return time;
  }

  private find(begin: number): void {
    const { bytes, members } = this;
    if (bytes.readInt16BE(begin) !== members.length + 1) unreadable('the row');
    let at = begin + 2;
    for (const member of members) {
      const length = bytes.readInt32BE(at);
      at += 4;
      if (length < NULL_LENGTH) unreadable(member.name);
      member.isNull = length === NULL_LENGTH;
      member.begin = at;
      at += Math.max(length, 0);
      member.end = at;
      if (member.kind === 'integer' && length > 0) {
        member.value = length === 8 ? this.bigint(member.begin) : bytes.readInt32BE(member.begin);
      }
    }
    const isKnown = bytes.readInt32BE(at) !== NULL_LENGTH;
    if (isKnown && !this.leafIndex.isNull) unreadable('the row');
    this.isLate = isKnown && bytes[at + 4] !== 0;
  }

  private bigint(at: number): number {
    return this.bytes.readInt32BE(at) * 2 ** 32 + this.bytes.readUInt32BE(at + 4);
  }
}

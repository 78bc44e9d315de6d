import type { AuditRecord } from './audit-record.js';
import { assertWellFormed, LeafEncoder } from './leaf-encoder.js';
import { sha256 } from './merkle-tree.js';

// docs/audit-log-encoding.md defines the encoding byte by byte. A version never changes; a change gets a new version.

export const LEAF_VERSION = 1;

export const SALT_BYTES = 16;

/** A record as it is encoded in the tree. */
export interface LeafRecord extends Omit<AuditRecord, 'changes' | 'sourceIp' | 'userAgent'> {
  /**
   * JSON as text, because its numbers lose digits in JavaScript: `changes::text` of the row, or that part of an export
   * line
   */
  changes: string;
  /** the commitment to the value (see `commit`), which stays when the value is erased; null if there never was a value */
  sourceIp: Buffer | null;
  userAgent: Buffer | null;
}

/**
 * SHA-256(salt ‖ value). It proves a personal value as long as value and salt are stored. Once they are erased, it
 * reveals nothing about the value, not even by trying all addresses.
 *
 * @param salt 16 random bytes, used for this value only
 * @throws RangeError if the salt has another length: salt and value could then be split at another position
 * @throws UnencodableRecordError
 */
export function commit(salt: Uint8Array, value: string): Buffer {
  if (salt.length !== SALT_BYTES) throw new RangeError(`a salt has ${SALT_BYTES} bytes, not ${salt.length}`);
  const bytes = Buffer.allocUnsafe(SALT_BYTES + 3 * value.length);
  bytes.set(salt);
  const count = bytes.write(value, SALT_BYTES, 'utf8');
  assertWellFormed(value, count);
  return sha256(bytes.subarray(0, SALT_BYTES + count));
}

/**
 * The bytes of the leaf.
 *
 * @throws UnencodableRecordError if it is not a valid record of the log
 */
export function encodeLeaf(record: LeafRecord): Buffer {
  return Buffer.from(encode(record).subarray(1));
}

/**
 * The hash of the leaf, as used in the tree.
 *
 * @throws UnencodableRecordError if it is not a valid record of the log
 */
export function recordHash(record: LeafRecord): Buffer {
  return sha256(encode(record));
}

const writer = new LeafEncoder();

/** The leaf, after its RFC 6962 prefix. Valid until the next call. */
function encode(record: LeafRecord): Buffer {
  writer.begin();
  writer.byte(LEAF_VERSION);
  writer.uuid(record.id);
  writer.time(record.occurredAt);
  writer.text(record.actorType);
  writer.optional(record.actorId, writer.uuid);
  writer.optional(record.actorName, writer.text);
  writer.optional(record.keyId, writer.uuid);
  writer.text(record.action);
  writer.text(record.outcome);
  writer.optional(record.reason, writer.text);
  writer.optional(record.workspaceId, writer.uuid);
  writer.optional(record.resourceType, writer.text);
  writer.optional(record.resourceId, writer.uuid);
  writer.optional(record.rev, writer.integer);
  writer.json(record.changes);
  writer.optional(record.requestId, writer.text);
  writer.optional(record.sourceIp, writer.hash);
  writer.optional(record.userAgent, writer.hash);
  writer.integer(record.occurrences);
  return writer.prefixed;
}

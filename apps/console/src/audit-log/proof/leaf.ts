import type { Bytes } from './bytes';
import { toHex } from './bytes';

/** A record as it was sealed (docs/audit-log-encoding.md, version 1). */
export interface Leaf {
  id: string;
  occurredAt: string;
  actorType: string;
  actorId: string | null;
  actorName: string | null;
  keyId: string | null;
  action: string;
  outcome: string;
  reason: string | null;
  workspaceId: string | null;
  resourceType: string | null;
  resourceId: string | null;
  rev: number | null;
  /** canonical JSON */
  changes: string;
  requestId: string | null;
  /** commitments, in hexadecimal digits */
  sourceIp: string | null;
  userAgent: string | null;
  occurrences: number;
}

export class MalformedLeafError extends Error {}

/** Reads the fields in their order; every byte belongs to one. */
export function decodeLeaf(bytes: Bytes): Leaf {
  const reader = new LeafReader(bytes);
  if (reader.byte() !== 1)
    throw new MalformedLeafError('The leaf has a version that this page does not know.');
  const leaf: Leaf = {
    id: reader.uuid(),
    occurredAt: reader.time(),
    actorType: reader.text(),
    actorId: reader.optional(() => reader.uuid()),
    actorName: reader.optional(() => reader.text()),
    keyId: reader.optional(() => reader.uuid()),
    action: reader.text(),
    outcome: reader.text(),
    reason: reader.optional(() => reader.text()),
    workspaceId: reader.optional(() => reader.uuid()),
    resourceType: reader.optional(() => reader.text()),
    resourceId: reader.optional(() => reader.uuid()),
    rev: reader.optional(() => reader.integer()),
    changes: reader.text(),
    requestId: reader.optional(() => reader.text()),
    sourceIp: reader.optional(() => toHex(reader.take(32))),
    userAgent: reader.optional(() => toHex(reader.take(32))),
    occurrences: reader.integer(),
  };
  reader.end();
  return leaf;
}

class LeafReader {
  private at = 0;
  private readonly view: DataView;

  constructor(private readonly bytes: Bytes) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  take(count: number): Bytes {
    if (this.at + count > this.bytes.length) throw new MalformedLeafError('The leaf ends too early.');
    const taken = this.bytes.slice(this.at, this.at + count);
    this.at += count;
    return taken;
  }

  byte(): number {
    return this.take(1)[0] ?? 0;
  }

  optional<T>(read: () => T): T | null {
    const sign = this.byte();
    if (sign > 1) throw new MalformedLeafError('The leaf has a field that is neither there nor absent.');
    return sign === 0 ? null : read();
  }

  uuid(): string {
    return toHex(this.take(16)).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  time(): string {
    const at = this.at;
    this.take(8);
    return new Date(Number(this.view.getBigInt64(at))).toISOString();
  }

  integer(): number {
    const at = this.at;
    this.take(4);
    return this.view.getInt32(at);
  }

  text(): string {
    const at = this.at;
    this.take(4);
    return new TextDecoder('utf-8', { fatal: true }).decode(this.take(this.view.getUint32(at)));
  }

  end(): void {
    if (this.at !== this.bytes.length) throw new MalformedLeafError('The leaf has bytes after its end.');
  }
}

import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { EXAMPLE, SALT } from '../../test/support/example-record.js';
import { commit, encodeLeaf, type LeafRecord, recordHash } from './leaf.js';
import { leafHash, sha256 } from './merkle-tree.js';

const unencodable = expect.objectContaining({ name: 'UnencodableRecordError' });

/** For each field, another value that it may have. A field that AuditRecord gains is missing here, and does not compile. */
const OTHERWISE: { [Field in keyof LeafRecord]: LeafRecord[Field][] } = {
  id: ['01a20d4b-10d4-7abc-8def-0123456789ac'],
  occurredAt: ['2026-11-24T11:22:33.045Z', '1969-12-31T23:59:59.999Z'],
  actorType: ['OPERATOR'],
  actorId: [null, '01a1f0c0-0000-7000-8000-000000000011'],
  actorName: [null, '', 'Zurich 1', 'Zu\u0308rich 1'],
  keyId: [null, '01a1f0c0-0000-7000-8000-000000000001'],
  action: ['job.progresse', ''],
  outcome: ['DENIED'],
  reason: ['', 'x'],
  workspaceId: [null],
  resourceType: [null, 'jobs'],
  resourceId: [null],
  rev: [null, 0, -1, 4],
  changes: ['{}', '{"progress": {"to": 0.51, "from": null}}', '{"progress": {"to": "0.50", "from": null}}'],
  requestId: [null, '', 'req-2'],
  sourceIp: [null, commit(SALT, '192.0.2.8'), commit(sha256(SALT).subarray(0, 16), '192.0.2.7')],
  userAgent: [commit(SALT, '')],
  occurrences: [2],
};

/** Reads a leaf back by the table in docs/audit-log-encoding.md: what can be read back in one way only is not ambiguous. */
function decode(leaf: Buffer): LeafRecord {
  let at = 0;
  const take = (count: number): Buffer => {
    if (at + count > leaf.length) throw new Error('a leaf ends too early');
    at += count;
    return leaf.subarray(at - count, at);
  };
  const text = () => take(take(4).readUInt32BE()).toString('utf8');
  const uuid = () =>
    take(16)
      .toString('hex')
      .replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const integer = () => take(4).readInt32BE();
  const optional = <T>(read: () => T): T | null => (take(1)[0] === 0 ? null : read());
  const hash = () => take(32);

  expect(take(1)).toEqual(Buffer.of(1));
  const record = {
    id: uuid(),
    occurredAt: new Date(Number(take(8).readBigInt64BE())).toISOString(),
    actorType: text() as LeafRecord['actorType'],
    actorId: optional(uuid),
    actorName: optional(text),
    keyId: optional(uuid),
    action: text(),
    outcome: text() as LeafRecord['outcome'],
    reason: optional(text),
    workspaceId: optional(uuid),
    resourceType: optional(text),
    resourceId: optional(uuid),
    rev: optional(integer),
    changes: text(),
    requestId: optional(text),
    sourceIp: optional(hash),
    userAgent: optional(hash),
    occurrences: integer(),
  };
  expect(at).toBe(leaf.length);
  return record;
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function randomRecord(random: () => number): LeafRecord {
  const below = (count: number) => Math.floor(random() * count);
  // Few characters, and those that an encoding trips over: shifted between fields they are likely to meet again.
  const text = () =>
    Array.from({ length: below(4) }, () => ['\0', '\u0001', 'a', 'é', '😀', '"'][below(6)]).join('');
  const uuid = () =>
    sha256(Buffer.of(below(4)))
      .toString('hex', 0, 16)
      .replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const optional = <T>(value: () => T) => (random() < 0.5 ? null : value());
  const hash = () => sha256(Buffer.of(below(4)));
  return {
    id: uuid(),
    occurredAt: new Date((random() - 0.5) * 8.64e15).toISOString(),
    actorType: random() < 0.5 ? 'SYSTEM' : 'ANONYMOUS',
    actorId: optional(uuid),
    actorName: optional(text),
    keyId: optional(uuid),
    action: text(),
    outcome: random() < 0.5 ? 'SUCCESS' : 'DENIED',
    reason: optional(text),
    workspaceId: optional(uuid),
    resourceType: optional(text),
    resourceId: optional(uuid),
    rev: optional(() => below(2 ** 32) - 2 ** 31),
    changes: JSON.stringify({ [text()]: { from: optional(random), to: text() } }),
    requestId: optional(text),
    sourceIp: optional(hash),
    userAgent: optional(hash),
    occurrences: below(2 ** 31),
  };
}

describe('leaf', () => {
  it('decodes to its record, for 1,000 random records', () => {
    const random = randomFrom(20261124);
    for (let count = 0; count < 1_000; count += 1) {
      const record = randomRecord(random);
      const leaf = encodeLeaf(record);
      const { changes, ...rest } = decode(leaf);
      expect({ ...rest, changes: JSON.parse(changes) }).toEqual({
        ...record,
        changes: JSON.parse(record.changes),
      });
      expect(recordHash(record)).toEqual(leafHash(leaf));
    }
  });

  it('differs when any field differs', () => {
    const hashes = [recordHash(EXAMPLE).toString('hex')];
    for (const [field, values] of Object.entries(OTHERWISE)) {
      for (const value of values) hashes.push(recordHash({ ...EXAMPLE, [field]: value }).toString('hex'));
    }
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it('differs when text moves from one field to the next', () => {
    const texts = ['actorName', 'reason', 'resourceType', 'requestId'] as const;
    const whole = 'ab\0\u0001c';
    const leaves = texts.flatMap((one) =>
      texts.flatMap((other) =>
        Array.from({ length: whole.length }, (_, cut) =>
          encodeLeaf({ ...EXAMPLE, [one]: whole.slice(0, cut + 1), [other]: whole.slice(cut + 1) }),
        ),
      ),
    );
    const different = leaves.filter((it, at) => !leaves.slice(0, at).some((before) => before.equals(it)));
    // of one field with itself, the second value stands
    expect(different.length).toBe(texts.length * texts.length * whole.length);
  });

  it('does not depend on the JSON layout of `changes`', () => {
    const exported = '{"progress":{"from":null,"to":5e-1}}';
    expect(encodeLeaf({ ...EXAMPLE, changes: exported })).toEqual(encodeLeaf(EXAMPLE));
  });

  it('contains only a commitment of a personal value', () => {
    const leaf = encodeLeaf(EXAMPLE);
    expect(leaf.includes('192.0.2.7')).toBe(false);
    expect(leaf.includes(sha256(Buffer.concat([SALT, Buffer.from('192.0.2.7')])))).toBe(true);
  });

  it('encodes values of any length', () => {
    for (const length of [1, 20_000, 600_000, 5]) {
      const record = { ...EXAMPLE, actorName: 'x'.repeat(length), reason: 'ü'.repeat(length) };
      expect(decode(encodeLeaf(record))).toMatchObject({
        actorName: record.actorName,
        reason: record.reason,
      });
      expect(recordHash(record)).toEqual(leafHash(encodeLeaf(record)));
    }
  });

  it.each<[keyof LeafRecord, unknown]>([
    ['id', '01A20D4B-10D4-7ABC-8DEF-0123456789AB'],
    ['id', '01a20d4b10d47abc8def0123456789ab'],
    ['id', '01a20d4b-10d4-7abc-8def-0123456789ag'],
    ['id', '01a20d4b-10d4-7abc-8def0-123456789ab'],
    ['keyId', ''],
    ['occurredAt', '2026-11-24T11:22:33Z'],
    ['occurredAt', '2026-11-24T11:22:33.0441Z'],
    ['occurredAt', '2026-02-30T11:22:33.044Z'],
    ['occurredAt', '2026-11-24T11:22:33.044+00:00'],
    ['occurredAt', 'infinity'],
    ['rev', 0.5],
    ['rev', 2 ** 31],
    ['occurrences', Number.NaN],
    ['actorName', 'half \ud83d'],
    ['requestId', '\ude00'],
    ['changes', '{"a":1,"a":2}'],
    ['changes', ''],
    ['changes', '"\ud800"'],
    ['sourceIp', Buffer.alloc(31)],
  ])('is refused when %s is %j', (field, value) => {
    expect(() => encodeLeaf({ ...EXAMPLE, [field]: value })).toThrow(unencodable);
    expect(recordHash(EXAMPLE)).toEqual(leafHash(encodeLeaf(EXAMPLE)));
  });

  it('matches the example in the docs', () => {
    const docs = readFileSync(new URL('../../../../docs/audit-log-encoding.md', import.meta.url), 'utf8');
    const shown = [...docs.matchAll(/^ {4}([0-9a-f ]+?)(?: {2,}.*)?$/gm)].map((it) => it[1] ?? '').join('');
    expect(shown.replaceAll(' ', '')).toBe(encodeLeaf(EXAMPLE).toString('hex'));
    expect(docs).toContain(recordHash(EXAMPLE).toString('hex'));
  });
});

describe('commitment', () => {
  it('is the SHA-256 of salt and value', () => {
    expect(commit(SALT, 'Mozilla/5.0 ü')).toEqual(
      sha256(Buffer.concat([SALT, Buffer.from('Mozilla/5.0 ü')])),
    );
  });

  it('requires a salt of 16 bytes and valid Unicode', () => {
    expect(() => commit(Buffer.alloc(15), 'x')).toThrow(RangeError);
    expect(() => commit(SALT, '\ud800')).toThrow(unencodable);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EXAMPLE, SALT } from '../../test/support/example-record.js';
import { AUDIT_ACTOR_TYPES, AUDIT_OUTCOMES } from '../audit-proof/audit-record.js';
import { commit, type LeafRecord, recordHash } from '../audit-proof/leaf.js';
import { HASH_BYTES } from '../audit-proof/merkle-tree.js';
import { idAt, NO_TREE, type VerifiedBatch, verifyBatch } from './batch-verification.js';

interface Personal {
  value: string;
  salt: Buffer;
}

/** What the server writes of a record; made of strings, as the sealer makes its leaf. */
interface Sealed {
  record: LeafRecord;
  sourceIp: Personal | null;
  userAgent: Personal | null;
  leafIndex: number | null;
}

/** `RECORD_LINE`, without a database. @param quote how a text is written */
function lineOf({ record, sourceIp, userAgent, leafIndex }: Sealed, quote = JSON.stringify): string {
  const bytes = (value: Buffer | null | undefined) => value?.toString('base64') ?? null;
  const { changes, sourceIp: sourceIpCommitment, userAgent: userAgentCommitment, ...members } = record;
  const { id, occurredAt, actorType, actorId, actorName, keyId, action, outcome, reason } = members;
  const { workspaceId, resourceType, resourceId, rev, requestId, occurrences } = members;
  const texts = Object.entries({
    ...{ id, occurredAt, actorType, actorId, actorName, keyId, action, outcome, reason },
    ...{ workspaceId, resourceType, resourceId, rev, requestId },
    sourceIp: sourceIp?.value ?? null,
    userAgent: userAgent?.value ?? null,
    occurrences,
    leafIndex,
    leafHash: leafIndex === null ? null : bytes(recordHash(record)),
    sourceIpSalt: bytes(sourceIp?.salt),
    sourceIpCommitment: bytes(sourceIpCommitment),
    userAgentSalt: bytes(userAgent?.salt),
    userAgentCommitment: bytes(userAgentCommitment),
  }).map(([name, value]) => `"${name}":${typeof value === 'string' ? quote(value) : value}`);
  return `{${texts.join()},"changes":${changes}}`;
}

function checked(...lines: string[]): VerifiedBatch {
  return verifyBatch(new TextEncoder().encode(lines.join('\n')), 'lines');
}

/** A row as `RECORD_TUPLE` has Postgres send it. */
function tupleOf({ record, sourceIp, userAgent, leafIndex }: Sealed, isLate = false): Buffer {
  const uuid = (value: string | null) =>
    value === null ? null : Buffer.from(value.replaceAll('-', ''), 'hex');
  const integer = (value: number | null) => {
    if (value === null) return null;
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
  };
  const bigint = (value: bigint | null) => {
    if (value === null) return null;
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64BE(value);
    return bytes;
  };
  const text = (value: string | null | undefined) => (value == null ? null : Buffer.from(value));
  const fields = [
    uuid(record.id),
    bigint(BigInt(Date.parse(record.occurredAt) - Date.UTC(2000, 0, 1)) * 1_000n),
    text(record.actorType),
    uuid(record.actorId),
    text(record.actorName),
    uuid(record.keyId),
    text(record.action),
    text(record.outcome),
    text(record.reason),
    uuid(record.workspaceId),
    text(record.resourceType),
    uuid(record.resourceId),
    integer(record.rev),
    text(record.requestId),
    text(sourceIp?.value),
    text(userAgent?.value),
    integer(record.occurrences),
    bigint(leafIndex === null ? null : BigInt(leafIndex)),
    leafIndex === null ? null : recordHash(record),
    sourceIp?.salt ?? null,
    record.sourceIp,
    userAgent?.salt ?? null,
    record.userAgent,
    Buffer.concat([Buffer.of(1), Buffer.from(record.changes)]),
    leafIndex === null ? Buffer.of(isLate ? 1 : 0) : null,
  ];
  const count = Buffer.alloc(2);
  count.writeInt16BE(fields.length);
  return Buffer.concat([
    count,
    ...fields.flatMap((it) => (it === null ? [Buffer.alloc(4, 0xff)] : [integer(it.length) ?? it, it])),
  ]);
}

function checkedTuples(...tuples: Buffer[]): VerifiedBatch {
  return verifyBatch(Uint8Array.from(Buffer.concat(tuples)), 'tuples');
}

const uuid = fc.uuid({ version: 7 });
const text = fc.string({ unit: 'grapheme', maxLength: 100 });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const personal = optional(fc.record({ value: text, salt: bytesOf(16) }));

function bytesOf(count: number): fc.Arbitrary<Buffer> {
  return fc
    .uint8Array({ minLength: count, maxLength: count })
    .map((it) => Buffer.from(it.buffer, it.byteOffset, count));
}

const sealed: fc.Arbitrary<Sealed> = fc
  .record({
    id: uuid,
    // Within what a number of microseconds reaches.
    occurredAt: fc
      .date({ noInvalidDate: true, min: new Date('1800-01-01'), max: new Date('2200-01-01') })
      .map((it) => it.toISOString()),
    actorType: fc.constantFrom(...AUDIT_ACTOR_TYPES),
    actorId: optional(uuid),
    actorName: optional(text),
    keyId: optional(uuid),
    action: text,
    outcome: fc.constantFrom(...AUDIT_OUTCOMES),
    reason: optional(text),
    workspaceId: optional(uuid),
    resourceType: optional(text),
    resourceId: optional(uuid),
    rev: optional(fc.integer()),
    changes: fc.oneof(
      fc.json({ stringUnit: 'grapheme' }),
      fc.jsonValue({ stringUnit: 'grapheme' }).map((it) => JSON.stringify(it, null, 1).replaceAll('\n', '')),
    ),
    requestId: optional(text),
    occurrences: fc.integer(),
  })
  .chain((record) =>
    fc
      .record({ sourceIp: personal, userAgent: personal, leafIndex: optional(fc.nat(2 ** 40)) })
      .map((rest) => ({
        ...rest,
        record: { ...record, sourceIp: committed(rest.sourceIp), userAgent: committed(rest.userAgent) },
      })),
  );

function committed(value: Personal | null): Buffer | null {
  return value === null ? null : commit(value.salt, value.value);
}

/** As Postgres never would, but any JSON writer may: all of it escaped. */
function escaped(value: string): string {
  const units = Array.from(
    { length: value.length },
    (_, it) => `\\u${value.charCodeAt(it).toString(16).padStart(4, '0')}`,
  );
  return `"${units.join('')}"`;
}

describe.each(['lines', 'tuples'] as const)('verifyBatch of %s', (form) => {
  it('computes the leaf of the sealer for any record, with any escapes', () => {
    void fc.assert(
      fc.property(fc.array(sealed, { minLength: 1, maxLength: 3 }), fc.boolean(), (all, escapes) => {
        const quote = escapes ? escaped : JSON.stringify;
        const found =
          form === 'lines'
            ? checked(
                ...all.map((it) => lineOf(it, (value) => (isPlain(value) ? `"${value}"` : quote(value)))),
              )
            : checkedTuples(...all.map((it) => tupleOf(it)));
        expect(found.edited).toEqual([]);
        expect(found.unsealed).toBe(all.filter(({ leafIndex }) => leafIndex === null).length);
        for (const [at, { record, leafIndex }] of all.entries()) {
          const hash = Buffer.from(found.leafHashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
          expect(found.leafIndexes[at]).toBe(leafIndex ?? -1);
          expect(hash).toEqual(leafIndex === null ? Buffer.alloc(HASH_BYTES) : recordHash(record));
          expect(idAt(found.ids, at)).toBe(record.id);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('reports every changed byte', () => {
    const record = form === 'lines' ? Buffer.from(`${lineOf(SEALED)}\n`) : tupleOf(SEALED);
    const before = leafOf(verifyBatch(Uint8Array.from(record), form));
    for (let at = 0; at < record.length; at += 1) {
      for (const byte of [
        0x00,
        0x20,
        0x22,
        0x30,
        0x39,
        0x41,
        0x5c,
        0x61,
        0x7a,
        0x7d,
        0xff,
        (record[at] ?? 0) ^ 1,
      ]) {
        if (record[at] === byte || byte === NEWLINE) continue;
        const changed = Uint8Array.from(record);
        changed[at] = byte;
        const found = verifyBatch(changed, form);
        // Another leaf, or none, is for the tree to see.
        const shows = found.edited.length > 0 || leafOf(found) !== before;
        expect({ at, byte, shows }).toEqual({ at, byte, shows: true });
      }
    }
  });
});

describe('line of an export', () => {
  it.each<[string, (line: string) => string]>([
    ['an additional member', (it) => it.replace(',"rev":', ',"note":1,"rev":')],
    ['a member twice', (it) => it.replace(',"rev":3', ',"rev":3,"rev":3')],
    ['a missing member', (it) => it.replace(',"rev":3', '')],
    [
      'members in another order',
      (it) => it.replace('"reason":null,', '').replace('"rev"', '"reason":null,"rev"'),
    ],
    ['white space', (it) => it.replace(',"rev":', ', "rev":')],
    ['a number with leading zeros', (it) => it.replace('"rev":3', '"rev":03')],
    ['a number that JavaScript rounds', (it) => it.replace('"leafIndex":41', '"leafIndex":9007199254740993')],
    ['a salt without its value', (it) => it.replace('"192.0.2.7"', 'null')],
    ['a value without its salt', (it) => it.replace(/"sourceIpSalt":"[^"]+"/, '"sourceIpSalt":null')],
    ['Base64 without its padding', (it) => it.replaceAll('=', '')],
    ['another type of actor', (it) => it.replace('COORDINATOR', 'coordinator')],
    ['no end', (it) => it.slice(0, -1)],
    ['a text without an end', (it) => it.slice(0, it.indexOf('curl'))],
  ])('is reported as edited with %s', (_, change) => {
    const line = lineOf(SEALED);
    expect(change(line)).not.toBe(line);
    expect(checked(change(line)).edited).toEqual([
      expect.objectContaining({
        why: expect.stringMatching(/^it does not have the form that this server writes/),
      }),
    ]);
  });

  it('is reported as edited in its record, its source address or its user agent', () => {
    const line = lineOf(SEALED);
    const whyOf = (from: string, to: string) => checked(line.replace(from, to)).edited.map(({ why }) => why);
    expect(whyOf('"rev":3', '"rev":4')).toEqual(['it is not what was sealed']);
    expect(whyOf('192.0.2.7', '192.0.2.8')).toEqual(['its source address is not the one that was sealed']);
    expect(whyOf('curl/8', 'curl/9')).toEqual(['its user agent is not the one that was sealed']);
  });

  it('counts unsealed records with their age, and records with a leaf of no tree', () => {
    const sealed = checked(lineOf(SEALED));
    expect([sealed.unsealed, sealed.oldestUnsealed]).toEqual([0, Number.POSITIVE_INFINITY]);
    const unsealed = checked(lineOf({ ...SEALED, leafIndex: null }));
    expect([unsealed.unsealed, unsealed.oldestUnsealed]).toEqual([1, Date.parse(SEALED.record.occurredAt)]);
    expect([...checked(lineOf({ ...SEALED, leafIndex: -1 })).leafIndexes]).toEqual([NO_TREE]);
  });

  it('is reported as edited with an escape of half a surrogate pair', () => {
    const userAgent = { value: '\ufffd', salt: SALT };
    const record = { ...SEALED.record, userAgent: commit(SALT, userAgent.value) };
    const line = lineOf({ ...SEALED, record, userAgent });
    expect(checked(line).edited).toEqual([]);
    expect(checked(line.replace('\ufffd', '\\ud800')).edited).toHaveLength(1);
  });

  it('counts removed records, erased values and jobs', () => {
    const { record } = SEALED;
    const hash = recordHash(record).toString('base64');
    const found = checked(
      lineOf({ ...SEALED, sourceIp: null }),
      `{"id":"${record.id}","leafIndex":42,"leafHash":"${hash}"}`,
    );
    expect(found.edited).toEqual([]);
    expect(found.erased).toEqual([
      { of: record.actorId, count: 1, firstLeaf: 41, lastLeaf: 41, recordId: record.id },
    ]);
    expect(found.gone).toEqual([
      { of: '2026-11', count: 1, firstLeaf: 42, lastLeaf: 42, recordId: record.id },
    ]);
    expect(found.present).toEqual([['2026-11', 1]]);
    const { count, ids, revs, ended } = found.jobs;
    expect([count, idAt(ids, 0), revs[0], ended[0]]).toEqual([1, record.resourceId, 3, 0]);
  });
});

const NEWLINE = 0x0a;

/** Nothing in it that JSON must escape. */
function isPlain(value: string): boolean {
  return JSON.stringify(value) === `"${value}"` && /^[ -~]*$/.test(value);
}

function leafOf({ leafIndexes, leafHashes }: VerifiedBatch): string {
  return `${leafIndexes[0]} ${Buffer.from(leafHashes).toString('hex')}`;
}

const SEALED: Sealed = {
  // Without white space or zeros at the end, which `changes` may have and lose.
  record: { ...EXAMPLE, changes: '{"progress":{"to":17,"from":null}}', userAgent: commit(SALT, 'curl/8') },
  sourceIp: { value: '192.0.2.7', salt: SALT },
  userAgent: { value: 'curl/8', salt: SALT },
  leafIndex: 41,
};

describe('row of the database', () => {
  it.each<[string, (row: Buffer) => void]>([
    ['a time that is infinite', (it) => it.fill(0x7f, 2 + 4 + 16 + 4, 2 + 4 + 16 + 4 + 8)],
    ['another number of fields', (it) => it.writeInt16BE(24, 0)],
    ['a fraction of a millisecond', (it) => it.writeUInt8((it[33] ?? 0) ^ 1, 33)],
    ['another version of jsonb', (it) => it.writeUInt8(2, it.lastIndexOf('{"progress"') - 1)],
  ])('is reported as edited with %s', (_, change) => {
    const row = tupleOf(SEALED);
    change(row);
    const whys = checkedTuples(row).edited.map(({ why }) => why);
    expect(whys[0]).toMatch(/^it does not have the form that this server writes/);
  });

  it('without a leaf is late if its transaction was sealed', () => {
    const unsealed = { ...SEALED, leafIndex: null };
    expect(checkedTuples(tupleOf(unsealed)).late).toEqual([]);
    const found = checkedTuples(tupleOf(unsealed, true));
    expect([found.late, found.unsealed, found.edited]).toEqual([[SEALED.record.id], 1, []]);
  });

  it('with only a leaf counts as removed', () => {
    const { record } = SEALED;
    const row = tupleOf(SEALED);
    // All but the id, the index and the hash of the leaf.
    const fields: Buffer[] = [row.subarray(0, 2)];
    for (let at = 2, it = 0; at < row.length; it += 1) {
      const length = Math.max(row.readInt32BE(at), 0);
      fields.push([0, 17, 18].includes(it) ? row.subarray(at, at + 4 + length) : Buffer.alloc(4, 0xff));
      at += 4 + length;
    }
    const found = checkedTuples(...fields);
    expect(found.edited).toEqual([]);
    expect(found.gone).toEqual([
      { of: '2026-11', count: 1, firstLeaf: 41, lastLeaf: 41, recordId: record.id },
    ]);
  });
});

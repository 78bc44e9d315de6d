import { hash } from 'node:crypto';
import { AUDIT_ACTOR_TYPES, AUDIT_OUTCOMES } from '../audit-record.js';
import { readBase64 } from '../proof/base64.js';
import { copyBytes, isSame } from '../proof/bytes.js';
import { LEAF_VERSION, SALT_BYTES } from '../proof/leaf.js';
import { LeafWriter } from '../proof/leaf-writer.js';
import { HASH_BYTES } from '../proof/merkle-tree.js';
import { UnencodableRecordError } from '../proof/proof.errors.js';
import type { LineMember, RecordLine } from './record-line.js';

const ACTOR_TYPES = AUDIT_ACTOR_TYPES.map((it) => Buffer.from(it));
const OUTCOMES = AUDIT_OUTCOMES.map((it) => Buffer.from(it));
const FIRST_CAPACITY = 4_096;

/** What becomes of a personal value that a record has, or had. */
export type PersonalValueState = 'as sealed' | 'not as sealed' | 'erased' | 'never there';

/** A personal value of a line: the value and its salt, and the commitment to both. */
class PersonalValue {
  readonly commitment = Buffer.alloc(HASH_BYTES);
  isCommitted = false;
  state: PersonalValueState = 'never there';
  #salted = Buffer.alloc(FIRST_CAPACITY);

  constructor(
    private readonly line: RecordLine,
    private readonly value: LineMember,
    private readonly salt: LineMember,
    private readonly committed: LineMember,
  ) {}

  /** @throws UnencodableRecordError */
  read(): void {
    const { line, value, salt, committed } = this;
    this.isCommitted = !committed.isNull;
    if (this.isCommitted) readBytes(line, committed, this.commitment, 0, HASH_BYTES);
    if (value.isNull !== salt.isNull) {
      throw new UnencodableRecordError('a personal value without its salt, or a salt alone');
    }
    if (value.isNull) this.state = this.isCommitted ? 'erased' : 'never there';
    else this.state = this.isCommitted && this.#fits() ? 'as sealed' : 'not as sealed';
  }

  /** As `commit`. */
  #fits(): boolean {
    const { line, value, salt } = this;
    const written = value.isEscaped ? Buffer.from(line.text(value)) : undefined;
    const from = written ?? line.bytes;
    const [begin, end] = written === undefined ? [value.begin, value.end] : [0, written.length];
    const length = SALT_BYTES + end - begin;
    if (length > this.#salted.length) this.#salted = Buffer.alloc(2 * length);
    readBytes(line, salt, this.#salted, 0, SALT_BYTES);
    copyBytes(from, begin, end, this.#salted, SALT_BYTES);
    return hashesTo(this.#salted.subarray(0, length), this.commitment, 0);
  }
}

/** The leaf of the record on a line, from the bytes of the line itself. A test holds it against `encodeLeaf`. */
export class LineLeaf {
  readonly sourceIp: PersonalValue;
  readonly userAgent: PersonalValue;
  readonly #writer = new LeafWriter();

  constructor(private readonly line: RecordLine) {
    const { sourceIp, sourceIpSalt, sourceIpCommitment, userAgent, userAgentSalt, userAgentCommitment } =
      line;
    this.sourceIp = new PersonalValue(line, sourceIp, sourceIpSalt, sourceIpCommitment);
    this.userAgent = new PersonalValue(line, userAgent, userAgentSalt, userAgentCommitment);
  }

  /**
   * The leaf after its RFC 6962 prefix, as `recordHash` takes it, of what the line says now; good until the next call.
   *
   * @throws UnencodableRecordError
   */
  read(): Buffer {
    const { line } = this;
    const writer = this.#writer;
    this.sourceIp.read();
    this.userAgent.read();
    writer.begin();
    writer.byte(LEAF_VERSION);
    this.#uuid(line.id);
    writer.timeOf(line.bytes, line.occurredAt.begin, line.occurredAt.end);
    this.#oneOf(ACTOR_TYPES, line.actorType);
    this.#optionalUuid(line.actorId);
    this.#optionalText(line.actorName);
    this.#optionalUuid(line.keyId);
    this.#text(line.action);
    this.#oneOf(OUTCOMES, line.outcome);
    this.#optionalText(line.reason);
    this.#optionalUuid(line.workspaceId);
    this.#optionalText(line.resourceType);
    this.#optionalUuid(line.resourceId);
    writer.optional(line.optionalInteger(line.rev), writer.integer);
    writer.jsonOf(line.bytes, line.changes.begin, line.changes.end);
    this.#optionalText(line.requestId);
    this.#commitment(this.sourceIp);
    this.#commitment(this.userAgent);
    writer.integer(line.occurrences.value);
    return writer.prefixed;
  }

  #uuid({ begin, end }: LineMember): void {
    this.#writer.uuidOf(this.line.bytes, begin, end);
  }

  #optionalUuid(member: LineMember): void {
    this.#writer.byte(member.isNull ? 0 : 1);
    if (!member.isNull) this.#uuid(member);
  }

  #text(member: LineMember): void {
    if (member.isEscaped) this.#writer.text(this.line.text(member));
    else this.#writer.textOf(this.line.bytes, member.begin, member.end);
  }

  #optionalText(member: LineMember): void {
    this.#writer.byte(member.isNull ? 0 : 1);
    if (!member.isNull) this.#text(member);
  }

  #oneOf(values: readonly Buffer[], member: LineMember): void {
    if (!values.some((it) => isText(this.line, member, it))) {
      throw new UnencodableRecordError(`${this.line.text(member)} is none of ${values.join()}`);
    }
    this.#text(member);
  }

  #commitment({ isCommitted, commitment }: PersonalValue): void {
    this.#writer.byte(isCommitted ? 1 : 0);
    if (isCommitted) this.#writer.hash(commitment);
  }
}

/** Whether a text is this one; of such as has nothing to be escaped. */
export function isText({ bytes }: RecordLine, { begin, end }: LineMember, text: Uint8Array): boolean {
  return end - begin === text.length && isSame(bytes, begin, text);
}

/** Bytes in Base64. @throws UnencodableRecordError where they are others than so many */
export function readBytes(
  { bytes }: RecordLine,
  { name, begin, end }: LineMember,
  to: Uint8Array,
  at: number,
  count: number,
): void {
  if (readBase64(bytes, begin, end, to, at, count)) return;
  throw new UnencodableRecordError(`${name} is not as this server writes it`);
}

/** Whether SHA-256 of the data is what stands in `hashes` from `at` on. */
export function hashesTo(data: Buffer, hashes: Uint8Array, at: number): boolean {
  // A string of Latin-1 costs half of what a Buffer does that OpenSSL makes.
  const found = hash('sha256', data, 'binary');
  for (let it = 0; it < HASH_BYTES; it += 1) {
    if (found.charCodeAt(it) !== hashes[at + it]) return false;
  }
  return true;
}

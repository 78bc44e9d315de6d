import { AUDIT_ACTOR_TYPES, AUDIT_OUTCOMES } from '../audit-proof/audit-record.js';
import { copyBytes, isSame, UUID_BYTES } from '../audit-proof/bytes.js';
import { LEAF_VERSION, SALT_BYTES } from '../audit-proof/leaf.js';
import { assertWellFormed, LeafEncoder } from '../audit-proof/leaf-encoder.js';
import { HASH_BYTES, hashesTo } from '../audit-proof/merkle-tree.js';
import { UnencodableRecordError } from '../audit-proof/proof.errors.js';
import { type Member, type RecordFields, unreadable } from '../audit-proof/record-fields.js';

const ACTOR_TYPES = AUDIT_ACTOR_TYPES.map((it) => Buffer.from(it));
const OUTCOMES = AUDIT_OUTCOMES.map((it) => Buffer.from(it));
const FIRST_CAPACITY = 4_096;

/** The state of a personal value of a record. */
export type PersonalValueState = 'as sealed' | 'not as sealed' | 'erased' | 'never there';

/** A personal value of a record: the value, its salt, and the commitment to both. */
class PersonalValue {
  readonly commitment = Buffer.alloc(HASH_BYTES);
  isCommitted = false;
  state: PersonalValueState = 'never there';
  private salted = Buffer.alloc(FIRST_CAPACITY);
  /** the beginning of `salted`, with the length of the last salt and value */
  private hashed = this.salted.subarray(0, SALT_BYTES);

  constructor(
    private readonly form: RecordFields,
    private readonly value: Member,
    private readonly salt: Member,
    private readonly committed: Member,
  ) {}

  /** @throws UnencodableRecordError */
  read(): void {
    const { form, value, salt, committed } = this;
    this.isCommitted = !committed.isNull;
    if (this.isCommitted) readBytes(form, committed, this.commitment, 0, HASH_BYTES);
    if (value.isNull !== salt.isNull) {
      throw new UnencodableRecordError('a personal value without its salt, or a salt without its value');
    }
    if (value.isNull) this.state = this.isCommitted ? 'erased' : 'never there';
    else this.state = this.isCommitted && this.fits() ? 'as sealed' : 'not as sealed';
  }

  /** Computes the same hash as `commit`. */
  private fits(): boolean {
    const { form, value, salt } = this;
    const bytes = value.isEscaped ? utf8(form.text(value)) : form.bytes;
    const [begin, end] = value.isEscaped ? [0, bytes.length] : [value.begin, value.end];
    const length = SALT_BYTES + end - begin;
    if (length > this.salted.length) this.salted = Buffer.alloc(2 * length);
    readBytes(form, salt, this.salted, 0, SALT_BYTES);
    copyBytes(bytes, begin, end, this.salted, SALT_BYTES);
    if (this.hashed.length !== length || this.hashed.buffer !== this.salted.buffer) {
      this.hashed = this.salted.subarray(0, length);
    }
    return hashesTo(this.hashed, this.commitment, 0);
  }
}

function utf8(text: string): Buffer {
  const bytes = Buffer.from(text);
  assertWellFormed(text, bytes.length);
  return bytes;
}

/** The leaf of a record, built from the bytes in which the record came. A test compares it with `encodeLeaf`. */
export class RebuiltLeaf {
  readonly sourceIp: PersonalValue;
  readonly userAgent: PersonalValue;
  /** when the record's event occurred, in ms since 1970 */
  milliseconds = 0;
  private readonly writer = new LeafEncoder();
  private readonly bytes = Buffer.alloc(UUID_BYTES);

  constructor(private readonly form: RecordFields) {
    const { sourceIp, sourceIpSalt, sourceIpCommitment, userAgent, userAgentSalt, userAgentCommitment } =
      form;
    this.sourceIp = new PersonalValue(form, sourceIp, sourceIpSalt, sourceIpCommitment);
    this.userAgent = new PersonalValue(form, userAgent, userAgentSalt, userAgentCommitment);
  }

  /**
   * The leaf of the last record read, without its RFC 6962 prefix, as `recordHash` takes it. Valid until the next call.
   *
   * @throws UnencodableRecordError
   */
  read(): Buffer {
    const { form } = this;
    const writer = this.writer;
    this.sourceIp.read();
    this.userAgent.read();
    writer.begin();
    writer.byte(LEAF_VERSION);
    this.uuid(form.id);
    this.milliseconds = form.writeTime(form.occurredAt, writer);
    this.oneOf(ACTOR_TYPES, form.actorType);
    this.optionalUuid(form.actorId);
    this.optionalText(form.actorName);
    this.optionalUuid(form.keyId);
    this.text(form.action);
    this.oneOf(OUTCOMES, form.outcome);
    this.optionalText(form.reason);
    this.optionalUuid(form.workspaceId);
    this.optionalText(form.resourceType);
    this.optionalUuid(form.resourceId);
    writer.optional(form.optionalInteger(form.rev), writer.integer);
    writer.jsonOf(form.bytes, form.changes.begin, form.changes.end);
    this.optionalText(form.requestId);
    this.commitment(this.sourceIp);
    this.commitment(this.userAgent);
    writer.integer(form.occurrences.value);
    return writer.prefixed;
  }

  private uuid(member: Member): void {
    if (!this.form.copyUuid(member, this.bytes, 0)) {
      throw new UnencodableRecordError(`not a UUID: ${this.form.text(member)}`);
    }
    this.writer.bytes(this.bytes);
  }

  private optionalUuid(member: Member): void {
    this.writer.byte(member.isNull ? 0 : 1);
    if (!member.isNull) this.uuid(member);
  }

  private text(member: Member): void {
    if (member.isEscaped) this.writer.text(this.form.text(member));
    else this.writer.textOf(this.form.bytes, member.begin, member.end);
  }

  private optionalText(member: Member): void {
    this.writer.byte(member.isNull ? 0 : 1);
    if (!member.isNull) this.text(member);
  }

  private oneOf(values: readonly Buffer[], member: Member): void {
    if (!values.some((it) => isText(this.form, member, it))) {
      throw new UnencodableRecordError(`${this.form.text(member)} is none of ${values.join()}`);
    }
    this.text(member);
  }

  private commitment({ isCommitted, commitment }: PersonalValue): void {
    this.writer.byte(isCommitted ? 1 : 0);
    if (isCommitted) this.writer.hash(commitment);
  }
}

/** Whether a member is this text. Only for texts without characters that need escaping. */
export function isText({ bytes }: RecordFields, { begin, end }: Member, text: Uint8Array): boolean {
  return end - begin === text.length && isSame(bytes, begin, text);
}

/** @throws UnencodableRecordError if the number of bytes differs */
export function readBytes(
  form: RecordFields,
  member: Member,
  to: Uint8Array,
  at: number,
  count: number,
): void {
  if (!form.copyBytes(member, to, at, count)) unreadable(member.name);
}

import type { LeafEncoder } from './leaf-encoder.js';
import { UnencodableRecordError } from './proof.errors.js';

/** The type of a member's value. */
export type MemberKind = 'uuid' | 'time' | 'text' | 'integer' | 'hash' | 'salt' | 'json';

/** The position of a member's value; for a text, without its quotes. */
export class Member {
  begin = 0;
  end = 0;
  isNull = true;
  /** whether it is a JSON text with a backslash */
  isEscaped = false;
  /** the value, if it is an integer */
  value = 0;

  constructor(
    readonly name: string,
    readonly kind: MemberKind,
    readonly isOptional: boolean,
  ) {}
}

/** What is known of an unreadable record. */
export interface Remains {
  id: string | undefined;
  leafIndex: number | null;
  leafHash: Buffer | undefined;
}

/**
 * A record with its leaf, inside other bytes: in a line of an export, or in a row of the database. It stores the
 * position of each member and decodes bytes only on demand, because making strings of a whole log takes longer than
 * hashing it.
 */
export abstract class RecordFields {
  /** in the order of `RECORD_LINE` */
  readonly members: Member[] = [];
  readonly id = this.member('id', 'uuid', 'required');
  readonly occurredAt = this.member('occurredAt', 'time', 'required');
  readonly actorType = this.member('actorType', 'text', 'required');
  readonly actorId = this.member('actorId', 'uuid');
  readonly actorName = this.member('actorName', 'text');
  readonly keyId = this.member('keyId', 'uuid');
  readonly action = this.member('action', 'text', 'required');
  readonly outcome = this.member('outcome', 'text', 'required');
  readonly reason = this.member('reason', 'text');
  readonly workspaceId = this.member('workspaceId', 'uuid');
  readonly resourceType = this.member('resourceType', 'text');
  readonly resourceId = this.member('resourceId', 'uuid');
  readonly rev = this.member('rev', 'integer');
  readonly requestId = this.member('requestId', 'text');
  readonly sourceIp = this.member('sourceIp', 'text');
  readonly userAgent = this.member('userAgent', 'text');
  readonly occurrences = this.member('occurrences', 'integer', 'required');
  readonly leafIndex = this.member('leafIndex', 'integer');
  readonly leafHash = this.member('leafHash', 'hash');
  readonly sourceIpSalt = this.member('sourceIpSalt', 'salt');
  readonly sourceIpCommitment = this.member('sourceIpCommitment', 'hash');
  readonly userAgentSalt = this.member('userAgentSalt', 'salt');
  readonly userAgentCommitment = this.member('userAgentCommitment', 'hash');
  readonly changes = this.member('changes', 'json', 'required');

  bytes: Buffer = Buffer.alloc(0);
  /** its record is gone: only `id`, `leafIndex` and `leafHash` are present */
  isLeafAlone = false;
  /** it has no leaf, although the records of its transaction are sealed; an export cannot show this */
  isLate = false;

  /** The end of each record in the bytes, which hold one record after the other. */
  abstract endsOf(bytes: Buffer): number[];

  /**
   * Reads the record in `bytes` from `begin` to `end`.
   *
   * @throws UnencodableRecordError
   */
  abstract read(bytes: Buffer, begin: number, end: number): this;

  /** What is known of the record after `read` has thrown. */
  abstract remains(bytes: Buffer, begin: number, end: number): Remains;

  /**
   * Writes the 16 bytes of a UUID.
   *
   * @returns false if it is not a UUID
   */
  abstract copyUuid(member: Member, to: Uint8Array, at: number): boolean;

  abstract uuidText(member: Member): string;

  /**
   * Writes bytes.
   *
   * @returns false if their number is not `count`
   */
  abstract copyBytes(member: Member, to: Uint8Array, at: number, count: number): boolean;

  /**
   * @returns milliseconds since 1970
   * @throws UnencodableRecordError
   */
  abstract writeTime(member: Member, writer: LeafEncoder): number;

  text({ begin, end }: Member): string {
    return this.bytes.toString('utf8', begin, end);
  }

  optionalText(member: Member): string | null {
    return member.isNull ? null : this.text(member);
  }

  optionalInteger(member: Member): number | null {
    return member.isNull ? null : member.value;
  }

  private member(name: string, kind: MemberKind, presence: 'required' | 'optional' = 'optional'): Member {
    const member = new Member(name, kind, presence === 'optional');
    this.members.push(member);
    return member;
  }
}

export function unreadable(what: string): never {
  throw new UnencodableRecordError(`${what} does not have the form that this server writes`);
}

import type { LeafEncoder } from './leaf-encoder.js';
import { UnencodableRecordError } from './proof.errors.js';

/** What a member holds. */
export type MemberKind = 'uuid' | 'time' | 'text' | 'integer' | 'hash' | 'salt' | 'json';

/** Where the value of a member stands; of a text without its quotes. */
export class Member {
  begin = 0;
  end = 0;
  isNull = true;
  /** it is a JSON text with a backslash in it */
  isEscaped = false;
  /** of an integer */
  value = 0;

  constructor(
    readonly name: string,
    readonly kind: MemberKind,
    readonly isOptional: boolean,
  ) {}
}

/** What can be told of a record that cannot be read. */
export interface Remains {
  id: string | undefined;
  leafIndex: number | null;
  leafHash: Buffer | undefined;
}

/**
 * A record with its leaf as it stands among other bytes: of a line of an export, or of a row of the database. It knows where each
 * member is; nothing is made of the bytes that nobody asks for, for to make strings of a whole log takes longer than to hash it.
 */
export abstract class RecordFields {
  /** as `RECORD_LINE` has them */
  readonly members: Member[] = [];
  readonly id = this.#member('id', 'uuid', 'required');
  readonly occurredAt = this.#member('occurredAt', 'time', 'required');
  readonly actorType = this.#member('actorType', 'text', 'required');
  readonly actorId = this.#member('actorId', 'uuid');
  readonly actorName = this.#member('actorName', 'text');
  readonly keyId = this.#member('keyId', 'uuid');
  readonly action = this.#member('action', 'text', 'required');
  readonly outcome = this.#member('outcome', 'text', 'required');
  readonly reason = this.#member('reason', 'text');
  readonly workspaceId = this.#member('workspaceId', 'uuid');
  readonly resourceType = this.#member('resourceType', 'text');
  readonly resourceId = this.#member('resourceId', 'uuid');
  readonly rev = this.#member('rev', 'integer');
  readonly requestId = this.#member('requestId', 'text');
  readonly sourceIp = this.#member('sourceIp', 'text');
  readonly userAgent = this.#member('userAgent', 'text');
  readonly occurrences = this.#member('occurrences', 'integer', 'required');
  readonly leafIndex = this.#member('leafIndex', 'integer');
  readonly leafHash = this.#member('leafHash', 'hash');
  readonly sourceIpSalt = this.#member('sourceIpSalt', 'salt');
  readonly sourceIpCommitment = this.#member('sourceIpCommitment', 'hash');
  readonly userAgentSalt = this.#member('userAgentSalt', 'salt');
  readonly userAgentCommitment = this.#member('userAgentCommitment', 'hash');
  readonly changes = this.#member('changes', 'json', 'required');

  bytes: Buffer = Buffer.alloc(0);
  /** its record is gone: it has `id`, `leafIndex` and `leafHash`, and nothing else */
  isLeafAlone = false;
  /** it has no leaf, although what its transaction wrote has been sealed; of an export nobody can tell */
  isLate = false;

  /** Where each of the records ends that stand there one after the other. */
  abstract endsOf(bytes: Buffer): number[];

  /** Reads the record that stands in `bytes` from `begin` to `end`. @throws UnencodableRecordError */
  abstract read(bytes: Buffer, begin: number, end: number): this;

  /** What can be told after `read` has thrown. */
  abstract remains(bytes: Buffer, begin: number, end: number): Remains;

  /** Writes the 16 bytes of a UUID. @returns false where it is none */
  abstract copyUuid(member: Member, to: Uint8Array, at: number): boolean;

  abstract uuidText(member: Member): string;

  /** Writes bytes. @returns false where they are others than so many */
  abstract copyBytes(member: Member, to: Uint8Array, at: number, count: number): boolean;

  /** @returns in milliseconds since 1970 @throws UnencodableRecordError */
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

  #member(name: string, kind: MemberKind, presence: 'required' | 'optional' = 'optional'): Member {
    const member = new Member(name, kind, presence === 'optional');
    this.members.push(member);
    return member;
  }
}

export function unreadable(what: string): never {
  throw new UnencodableRecordError(`${what} is not as this server writes it`);
}

import { UnencodableRecordError } from '../proof/proof.errors.js';

type Form = 'text' | 'optional text' | 'integer' | 'optional integer' | 'rest';

const QUOTE = 0x22;
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const BACKSLASH = 0x5c;
const CLOSE_BRACE = 0x7d;
const NULL = Buffer.from('null');
/** More digits than a number has that JavaScript holds exactly. */
const MOST_DIGITS = 16;

/** Where the value of a member stands in its line; of a text without the quotes. */
export class LineMember {
  readonly prefix: Buffer;
  begin = 0;
  end = 0;
  isNull = true;
  /** there is a backslash in it */
  isEscaped = false;
  /** of an integer */
  value = 0;

  constructor(
    readonly name: string,
    readonly form: Form,
    isFirst: boolean,
  ) {
    this.prefix = Buffer.from(`${isFirst ? '{' : ','}"${name}":`);
  }
}

/**
 * One line of an export, of which it knows where each member stands. It reads what `RECORD_LINE` writes, and nothing else: a member
 * more, or one that stands twice, could show a reader what no leaf covers. Member by member, in the one order that they have, of
 * which a JSON parser would know nothing; and as bytes, for to make strings of a whole log takes longer than to hash it.
 */
export class RecordLine {
  readonly #members: LineMember[] = [];
  readonly id = this.#member('id', 'text');
  readonly occurredAt = this.#member('occurredAt', 'text');
  readonly actorType = this.#member('actorType', 'text');
  readonly actorId = this.#member('actorId', 'optional text');
  readonly actorName = this.#member('actorName', 'optional text');
  readonly keyId = this.#member('keyId', 'optional text');
  readonly action = this.#member('action', 'text');
  readonly outcome = this.#member('outcome', 'text');
  readonly reason = this.#member('reason', 'optional text');
  readonly workspaceId = this.#member('workspaceId', 'optional text');
  readonly resourceType = this.#member('resourceType', 'optional text');
  readonly resourceId = this.#member('resourceId', 'optional text');
  readonly rev = this.#member('rev', 'optional integer');
  readonly requestId = this.#member('requestId', 'optional text');
  readonly sourceIp = this.#member('sourceIp', 'optional text');
  readonly userAgent = this.#member('userAgent', 'optional text');
  readonly occurrences = this.#member('occurrences', 'integer');
  readonly leafIndex = this.#member('leafIndex', 'optional integer');
  readonly leafHash = this.#member('leafHash', 'optional text');
  readonly sourceIpSalt = this.#member('sourceIpSalt', 'optional text');
  readonly sourceIpCommitment = this.#member('sourceIpCommitment', 'optional text');
  readonly userAgentSalt = this.#member('userAgentSalt', 'optional text');
  readonly userAgentCommitment = this.#member('userAgentCommitment', 'optional text');
  readonly changes = this.#member('changes', 'rest');

  /** its record is gone: it has `id`, `leafIndex` and `leafHash`, and nothing else */
  isLeafAlone = false;
  bytes: Buffer = NULL;
  #at = 0;
  #end = 0;

  /** Reads the line that stands in `bytes` from `begin` to `end`, in UTF-8. @throws UnencodableRecordError */
  read(bytes: Buffer, begin: number, end: number): this {
    this.bytes = bytes;
    this.#at = begin;
    this.#end = end;
    this.#read(this.id);
    this.isLeafAlone = this.#isAt(this.leafIndex.prefix);
    if (this.isLeafAlone) {
      this.#read(this.leafIndex);
      this.#read(this.leafHash);
    } else {
      for (let it = 1; it < this.#members.length; it += 1) {
        const member = this.#members[it];
        if (member !== undefined) this.#read(member);
      }
    }
    if (this.#at !== end - 1 || bytes[this.#at] !== CLOSE_BRACE) fail('the end of the line');
    return this;
  }

  text(member: LineMember): string {
    const { begin, end } = member;
    if (!member.isEscaped) return this.bytes.toString('utf8', begin, end);
    try {
      return JSON.parse(this.bytes.toString('utf8', begin - 1, end + 1));
    } catch {
      return fail(member.name);
    }
  }

  optionalText(member: LineMember): string | null {
    return member.isNull ? null : this.text(member);
  }

  optionalInteger(member: LineMember): number | null {
    return member.isNull ? null : member.value;
  }

  #member(name: string, form: Form): LineMember {
    const member = new LineMember(name, form, this.#members.length === 0);
    this.#members.push(member);
    return member;
  }

  #read(member: LineMember): void {
    const { form, prefix } = member;
    if (!this.#isAt(prefix)) fail(member.name);
    this.#at += prefix.length;
    member.isNull = false;
    member.begin = this.#at;
    if (form === 'rest') {
      this.#at = this.#end - 1;
      member.end = this.#at;
    } else if (this.bytes[this.#at] === QUOTE && (form === 'text' || form === 'optional text')) {
      this.#text(member);
    } else if (this.#isAt(NULL) && (form === 'optional text' || form === 'optional integer')) {
      this.#at += NULL.length;
      member.isNull = true;
    } else if (form === 'integer' || form === 'optional integer') {
      this.#integer(member);
    } else {
      fail(member.name);
    }
  }

  #text(member: LineMember): void {
    const { bytes } = this;
    const end = this.#end;
    let at = this.#at + 1;
    member.begin = at;
    member.isEscaped = false;
    for (let byte = bytes[at]; byte !== QUOTE; at += 1, byte = bytes[at]) {
      if (at >= end) fail(member.name);
      if (byte === BACKSLASH) {
        member.isEscaped = true;
        at += 1;
      }
    }
    member.end = at;
    this.#at = at + 1;
  }

  #integer(member: LineMember): void {
    const { bytes } = this;
    const begin = this.#at;
    let at = bytes[begin] === MINUS ? begin + 1 : begin;
    const first = at;
    let value = 0;
    for (let byte = bytes[at] ?? 0; byte >= DIGIT_0 && byte <= DIGIT_9; at += 1, byte = bytes[at] ?? 0) {
      value = value * 10 + byte - DIGIT_0;
    }
    const digits = at - first;
    const isPlain = digits === 1 || (digits > 1 && digits <= MOST_DIGITS && bytes[first] !== DIGIT_0);
    if (!isPlain || !Number.isSafeInteger(value)) fail(member.name);
    member.value = first === begin ? value : -value;
    this.#at = at;
  }

  #isAt(bytes: Buffer): boolean {
    const at = this.#at;
    for (let it = 0; it < bytes.length; it += 1) {
      if (this.bytes[at + it] !== bytes[it]) return false;
    }
    return true;
  }
}

function fail(what: string): never {
  throw new UnencodableRecordError(`${what} is not as this server writes it`);
}

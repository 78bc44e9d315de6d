import { readBase64 } from './base64.js';
import { isSame, readUuid } from './bytes.js';
import type { LeafEncoder } from './leaf-encoder.js';
import { type Member, type MemberKind, RecordFields, type Remains, unreadable } from './record-fields.js';

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const BACKSLASH = 0x5c;
const CLOSE_BRACE = 0x7d;
const NULL = Buffer.from('null');
/**
 * Text lengths of the kinds with a fixed length and without escapes. Their end is found without reading their
 * characters.
 */
const TEXT_LENGTHS: Partial<Record<MemberKind, number>> = { uuid: 36, time: 24, salt: 24, hash: 44 };
/** More digits than an exact JavaScript integer has. */
const MAX_DIGITS = 16;

/** How many of the bytes are complete lines. */
export function wholeLines(bytes: Uint8Array): number {
  return bytes.lastIndexOf(NEWLINE) + 1;
}

/**
 * A line of an export, in UTF-8. It accepts exactly what `RECORD_LINE` writes: an additional or repeated member could
 * show a reader content that no leaf covers. So it reads member by member, in their fixed order, which a JSON parser
 * would not check.
 */
export class ExportLine extends RecordFields {
  /** the text before the value of each member */
  private readonly names = this.members.map(({ name }, it) =>
    Buffer.from(`${it === 0 ? '{' : ','}"${name}":`),
  );
  private readonly leafIndexAt = this.members.indexOf(this.leafIndex);
  private readonly leafHashAt = this.members.indexOf(this.leafHash);
  private at = 0;
  private end = 0;

  /** For complete lines, or one line without its newline. */
  endsOf(bytes: Buffer): number[] {
    const ends: number[] = [];
    for (let at = 0; at < bytes.length; ends.push(at)) {
      const newline = bytes.indexOf(NEWLINE, at);
      at = newline === -1 ? bytes.length : newline + 1;
    }
    return ends;
  }

  read(bytes: Buffer, begin: number, end: number): this {
    this.bytes = bytes;
    this.at = begin;
    this.end = bytes[end - 1] === NEWLINE ? end - 1 : end;
    const { members } = this;
    this.readMember(0);
    this.isLeafAlone = this.isAt(this.leafIndexAt);
    if (this.isLeafAlone) {
      this.readMember(this.leafIndexAt);
      this.readMember(this.leafHashAt);
    } else {
      for (let it = 1; it < members.length; it += 1) this.readMember(it);
    }
    if (this.at !== this.end - 1 || bytes[this.at] !== CLOSE_BRACE) unreadable('the end of the line');
    return this;
  }

  remains(bytes: Buffer, begin: number, end: number): Remains {
    const line = bytes.toString('utf8', begin, end);
    const id = /"id":"([0-9a-f-]{36})"/.exec(line)?.[1];
    const [, index, hash] = /"leafIndex":(\d{1,15}),"leafHash":"([^"]{44})"/.exec(line) ?? [];
    if (index === undefined || hash === undefined) return { id, leafIndex: null, leafHash: undefined };
    return { id, leafIndex: Number(index), leafHash: Buffer.from(hash, 'base64') };
  }

  copyUuid({ begin, end }: Member, to: Uint8Array, at: number): boolean {
    return readUuid(this.bytes, begin, end, to, at);
  }

  uuidText(member: Member): string {
    return this.text(member);
  }

  copyBytes({ begin, end }: Member, to: Uint8Array, at: number, count: number): boolean {
    return readBase64(this.bytes, begin, end, to, at, count);
  }

  writeTime({ begin, end }: Member, writer: LeafEncoder): number {
    return writer.timeOf(this.bytes, begin, end);
  }

  override text(member: Member): string {
    if (!member.isEscaped) return super.text(member);
    try {
      return JSON.parse(this.bytes.toString('utf8', member.begin - 1, member.end + 1));
    } catch {
      return unreadable(member.name);
    }
  }

  private readMember(it: number): void {
    const [member, name] = [this.members[it], this.names[it]];
    if (member === undefined || name === undefined) throw new RangeError(`there is no member ${it}`);
    if (!this.isAt(it)) unreadable(member.name);
    this.at += name.length;
    member.isNull = member.isOptional && isSame(this.bytes, this.at, NULL);
    if (member.isNull) {
      this.at += NULL.length;
    } else if (member.kind === 'integer') {
      this.integer(member);
    } else if (member.kind === 'json') {
      // JSON is the last member. Its text is taken unchanged.
      member.begin = this.at;
      this.at = this.end - 1;
      member.end = this.at;
    } else {
      this.readText(member);
    }
  }

  private readText(member: Member): void {
    const { bytes } = this;
    const end = this.end;
    if (bytes[this.at] !== QUOTE) unreadable(member.name);
    let at = this.at + 1;
    member.begin = at;
    member.isEscaped = false;
    // If the value contains a quote, the parser of the value refuses it.
    const length = TEXT_LENGTHS[member.kind];
    if (length !== undefined && bytes[at + length] === QUOTE) at += length;
    for (let byte = bytes[at]; byte !== QUOTE; at += 1, byte = bytes[at]) {
      if (at >= end) unreadable(member.name);
      if (byte === BACKSLASH) {
        member.isEscaped = true;
        at += 1;
      }
    }
    member.end = at;
    this.at = at + 1;
  }

  private integer(member: Member): void {
    const { bytes } = this;
    const begin = this.at;
    const first = bytes[begin] === MINUS ? begin + 1 : begin;
    let at = first;
    let value = 0;
    for (let byte = bytes[at] ?? 0; byte >= DIGIT_0 && byte <= DIGIT_9; at += 1, byte = bytes[at] ?? 0) {
      value = value * 10 + byte - DIGIT_0;
    }
    const digits = at - first;
    const isPlain = digits === 1 || (digits > 1 && digits <= MAX_DIGITS && bytes[first] !== DIGIT_0);
    if (!isPlain || !Number.isSafeInteger(value)) unreadable(member.name);
    member.value = first === begin ? value : -value;
    this.at = at;
  }

  /** Whether this member comes next. */
  private isAt(it: number): boolean {
    const name = this.names[it];
    return name !== undefined && isSame(this.bytes, this.at, name);
  }
}

import { copyBytes } from './bytes.js';
import { type Member, MemberOrder } from './canonical-members.js';
import { canonicalNumber } from './canonical-number.js';
import { UnencodableRecordError } from './proof.errors.js';

// Bytes, not characters, for speed: this code reads every byte of the log.
const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const FIRST_PRINTABLE = 0x20;
const END = -1;

const WORDS = [Buffer.from('true'), Buffer.from('false'), Buffer.from('null')];

/**
 * Sufficient capacity for the canonical form of a text of this length, in bytes. `10` becomes `1e1`, and no text grows
 * more than that.
 */
export function canonicalCapacity(length: number): number {
  return 2 * length;
}

/**
 * Writes the canonical text of a JSON value, which does not depend on how it was written: no white space, sorted
 * members, strings escaped as in RFC 8785. Unlike RFC 8785, numbers are not rounded to doubles: jsonb holds decimals of
 * any length, and two different numbers must not get the same text. The rules are in docs/audit-log-encoding.md.
 *
 * @param json UTF-8; the value is the text from `begin` to `end`
 * @param out buffer for the result, from `at` on; it needs `canonicalCapacity(end - begin)` bytes
 * @returns the end of the result in `out`
 * @throws UnencodableRecordError if the text is not JSON, has a member twice, or contains an unpaired surrogate
 */
export function writeCanonicalJson(
  json: Buffer,
  begin: number,
  end: number,
  out: Buffer,
  at: number,
): number {
  return new CanonicalWriter(json, begin, end, out, at).whole();
}

/** An array or an object that is not completely read yet. */
interface Container {
  readonly closing: typeof CLOSE_BRACKET | typeof CLOSE_BRACE;
  /** index of its first member in `#members` */
  readonly first: number;
  sorted: boolean;
}

class CanonicalWriter {
  private readonly open: Container[] = [];
  /** the members of all open objects */
  private readonly members: Member[] = [];
  private readonly order: MemberOrder;
  private at: number;

  constructor(
    private readonly json: Buffer,
    private readonly begin: number,
    private readonly end: number,
    private readonly out: Buffer,
    private to: number,
  ) {
    this.order = new MemberOrder(out);
    this.at = begin;
  }

  whole(): number {
    this.value();
    if (this.next() !== END) this.fail();
    return this.to;
  }

  /** Not recursive: the author of a value chooses its depth, and must not be able to exhaust the stack. */
  private value(): void {
    const open = this.open;
    for (;;) {
      if (!this.scalarOrOpen()) continue;
      for (;;) {
        const container = open.at(-1);
        if (container === undefined) return;
        const next = this.pass();
        if (container.closing === CLOSE_BRACE) this.endMember();
        if (next === COMMA) {
          this.put(COMMA);
          if (container.closing === CLOSE_BRACE) this.name(container);
          break;
        }
        if (next !== container.closing) this.fail();
        open.pop();
        if (next === CLOSE_BRACE) this.close(container);
        this.put(next);
      }
    }
  }

  /** @returns false if no value is complete yet, because an array or object was opened and its first value comes next */
  private scalarOrOpen(): boolean {
    const next = this.next();
    if (next === QUOTE) {
      this.string();
      return true;
    }
    if (next === OPEN_BRACE || next === OPEN_BRACKET) {
      const closing = next === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET;
      this.at += 1;
      this.put(next);
      if (this.next() === closing) {
        this.at += 1;
        this.put(closing);
        return true;
      }
      const container: Container = { closing, first: this.members.length, sorted: true };
      this.open.push(container);
      if (closing === CLOSE_BRACE) this.name(container);
      return false;
    }
    if (next === MINUS || (next >= DIGIT_0 && next <= DIGIT_9)) this.number();
    else this.word();
    return true;
  }

  /** Reads the name of a member and the colon. */
  private name(container: Container): void {
    if (this.next() !== QUOTE) this.fail();
    const begin = this.to;
    if (this.string()) this.order.hasEscapes = true;
    const member = { begin, nameEnd: this.to, end: 0 };
    if (this.pass() !== COLON) this.fail();
    this.put(COLON);
    const members = this.members;
    const before = members.length > container.first ? members.at(-1) : undefined;
    if (before !== undefined && this.order.compare(before, member) > 0) container.sorted = false;
    members.push(member);
  }

  private endMember(): void {
    const member = this.members.at(-1);
    if (member !== undefined) member.end = this.to;
  }

  private close({ first, sorted }: Container): void {
    if (sorted) this.members.length = first;
    else this.order.sort(this.members.splice(first));
  }

  /** @returns whether the canonical text has an escape */
  private string(): boolean {
    const { json, end, out } = this;
    let at = this.at + 1;
    let to = this.to;
    out[to++] = QUOTE;
    for (;;) {
      const byte = at < end ? (json[at] ?? 0) : 0;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) return this.escapedString(at);
      if (byte < FIRST_PRINTABLE) this.fail();
      out[to++] = byte;
      at += 1;
    }
    out[to++] = QUOTE;
    this.at = at + 1;
    this.to = to;
    return false;
  }

  /** @param backslash position of the first backslash */
  private escapedString(backslash: number): boolean {
    const begin = this.at;
    let at = backslash;
    for (let byte = 0; byte !== QUOTE; at += 1) {
      byte = at < this.end ? (this.json[at] ?? 0) : this.fail();
      if (byte === BACKSLASH) at += 1;
    }
    this.at = at;
    const value = this.unquoted(this.json.toString('utf8', begin, at));
    if (/\p{Surrogate}/u.test(value)) this.fail('half a surrogate pair');
    const written = JSON.stringify(value);
    this.to += this.out.write(written, this.to, 'utf8');
    return written.includes('\\');
  }

  private unquoted(text: string): string {
    try {
      return JSON.parse(text);
    } catch {
      return this.fail();
    }
  }

  private word(): void {
    const first = this.next();
    for (const letter of WORDS.find((it) => it[0] === first) ?? this.fail()) {
      if (this.at === this.end || this.json[this.at] !== letter) this.fail();
      this.at += 1;
      this.put(letter);
    }
  }

  /** Most numbers are integers that do not end in 0. They are copied unchanged. */
  private number(): void {
    const { json, end } = this;
    const begin = this.at;
    let at = begin;
    let whole = true;
    let byte = 0;
    let last = 0;
    for (; at < end; at += 1, last = byte) {
      byte = json[at] ?? 0;
      if (byte >= DIGIT_0 && byte <= DIGIT_9) continue;
      if (byte !== PLUS && byte !== MINUS && byte !== DOT && byte !== 0x45 && byte !== 0x65) break;
      whole = false;
    }
    this.at = at;
    const first = json[begin] ?? 0;
    if (whole && first > DIGIT_0 && last !== DIGIT_0) {
      copyBytes(json, begin, at, this.out, this.to);
      this.to += at - begin;
    } else this.to += this.out.write(canonicalNumber(json.toString('latin1', begin, at)), this.to, 'latin1');
  }

  private put(byte: number): void {
    this.out[this.to] = byte;
    this.to += 1;
  }

  /** The next byte that is not white space; END at the end. */
  private next(): number {
    for (; this.at < this.end; this.at += 1) {
      const next = this.json[this.at] ?? END;
      if (next !== 0x20 && next !== 0x0a && next !== 0x0d && next !== 0x09) return next;
    }
    return END;
  }

  /** Reads the next byte that is not white space, and moves past it. */
  private pass(): number {
    const next = this.next();
    this.at += 1;
    return next;
  }

  private fail(why = 'not JSON'): never {
    throw new UnencodableRecordError(`${why}, at byte ${this.at - this.begin}`);
  }
}

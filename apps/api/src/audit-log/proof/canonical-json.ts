import { copyBytes } from './bytes.js';
import { UnencodableRecordError } from './proof.errors.js';

/** Far beyond what `numeric` holds, and near enough to add to. */
const MOST_EXPONENT = 1_000_000;
const NUMBER = /^-?(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/;

// Bytes, not characters: this reads every byte of the log.
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
/** In UTF-8, of a code point beyond U+FFFF, which UTF-16 writes as a surrogate pair. */
const FIRST_OF_PAIR = 0xf0;
/** In UTF-8, of one beyond the surrogates, yet below U+10000. */
const FIRST_BEYOND_SURROGATES = 0xee;
const END = -1;

/** For the members of one object, while they are sorted; a larger object takes memory of its own. */
const scratch = Buffer.alloc(4_096);

const WORDS = [Buffer.from('true'), Buffer.from('false'), Buffer.from('null')];

/** Bytes that suffice for what becomes of so many: `10` becomes `1e1`, and no text grows by more. */
export function canonicalCapacity(length: number): number {
  return 2 * length;
}

/**
 * The one text for a JSON value, whatever text it came as: no white space, members sorted, strings escaped as RFC 8785 has them.
 * Unlike there, numbers are not rounded to doubles: jsonb holds decimals of any length, and two that differ must not look alike.
 * The rules stand in docs/audit-log-encoding.md.
 *
 * @param json in UTF-8, of which the value is that from `begin` to `end`
 * @param out where it is written, from `at` on; it has room for `canonicalCapacity(end - begin)` bytes
 * @returns where it ends in `out`
 * @throws UnencodableRecordError where the text is not JSON, names a member twice, or holds half a surrogate pair
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

/** An array or an object of which not all has been read. */
interface Container {
  readonly closing: typeof CLOSE_BRACKET | typeof CLOSE_BRACE;
  /** the first of its members, in `#members` */
  readonly first: number;
  sorted: boolean;
}

/** Where a member stands in what has been written. */
interface Member {
  readonly begin: number;
  readonly nameEnd: number;
  end: number;
}

class CanonicalWriter {
  readonly #open: Container[] = [];
  /** those of all objects that are open */
  readonly #members: Member[] = [];
  /** some name has an escape, and bytes do not tell which of two comes first */
  #escapedNames = false;
  #at: number;
  #to: number;

  constructor(
    private readonly json: Buffer,
    private readonly begin: number,
    private readonly end: number,
    private readonly out: Buffer,
    to: number,
  ) {
    this.#at = begin;
    this.#to = to;
  }

  whole(): number {
    this.#value();
    if (this.#next() !== END) this.#fail();
    return this.#to;
  }

  /** Not by recursion: who writes a value chooses how deep it is, and must not be able to exhaust the stack. */
  #value(): void {
    const open = this.#open;
    for (;;) {
      if (!this.#scalarOrOpen()) continue;
      for (;;) {
        const container = open.at(-1);
        if (container === undefined) return;
        const next = this.#pass();
        if (container.closing === CLOSE_BRACE) this.#endMember();
        if (next === COMMA) {
          this.#put(COMMA);
          if (container.closing === CLOSE_BRACE) this.#name(container);
          break;
        }
        if (next !== container.closing) this.#fail();
        open.pop();
        if (next === CLOSE_BRACE) this.#close(container);
        this.#put(next);
      }
    }
  }

  /** @returns false where no value is whole yet: one more array or object is open, before the first value in it */
  #scalarOrOpen(): boolean {
    const next = this.#next();
    if (next === QUOTE) {
      this.#string();
      return true;
    }
    if (next === OPEN_BRACE || next === OPEN_BRACKET) {
      const closing = next === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET;
      this.#at += 1;
      this.#put(next);
      if (this.#next() === closing) {
        this.#at += 1;
        this.#put(closing);
        return true;
      }
      const container: Container = { closing, first: this.#members.length, sorted: true };
      this.#open.push(container);
      if (closing === CLOSE_BRACE) this.#name(container);
      return false;
    }
    if (next === MINUS || (next >= DIGIT_0 && next <= DIGIT_9)) this.#number();
    else this.#word();
    return true;
  }

  /** The name of a member, and the colon. */
  #name(container: Container): void {
    if (this.#next() !== QUOTE) this.#fail();
    const begin = this.#to;
    if (this.#string()) this.#escapedNames = true;
    const member = { begin, nameEnd: this.#to, end: 0 };
    if (this.#pass() !== COLON) this.#fail();
    this.#put(COLON);
    const members = this.#members;
    const before = members.length > container.first ? members.at(-1) : undefined;
    if (before !== undefined && this.#compare(before, member) > 0) container.sorted = false;
    members.push(member);
  }

  #endMember(): void {
    const member = this.#members.at(-1);
    if (member !== undefined) member.end = this.#to;
  }

  /** Sorts the members of an object. */
  #close({ first, sorted }: Container): void {
    if (sorted) {
      this.#members.length = first;
      return;
    }
    const members = this.#members.splice(first);
    const [one, other] = members;
    if (one === undefined || other === undefined) return;
    // Two, as in each change of the log ("to" and "from"), are turned in a fraction of the time that sorting takes.
    if (members.length === 2) this.#exchange(one, other);
    else this.#sort(one.begin, members);
  }

  #exchange(one: Member, other: Member): void {
    const { out } = this;
    const copy = this.#copied(one.begin, one.end);
    copyBytes(out, other.begin, other.end, out, one.begin);
    const end = one.begin + other.end - other.begin;
    out[end] = COMMA;
    copyBytes(copy, 0, one.end - one.begin, out, end + 1);
  }

  #sort(begin: number, members: Member[]): void {
    members.sort((one, other) => this.#compare(one, other));
    const copy = this.#copied(begin, this.#to);
    let to = begin;
    for (const member of members) {
      if (to > begin) this.out[to++] = COMMA;
      copyBytes(copy, member.begin - begin, member.end - begin, this.out, to);
      to += member.end - member.begin;
    }
  }

  #copied(begin: number, end: number): Buffer {
    const copy = end - begin <= scratch.length ? scratch : Buffer.allocUnsafe(end - begin);
    copyBytes(this.out, begin, end, copy, 0);
    return copy;
  }

  /**
   * By UTF-16 code units, as RFC 8785 section 3.2.3. UTF-8 has the same order but for surrogate pairs: they come before what lies
   * between them and U+FFFF.
   */
  #compare(one: Member, other: Member): number {
    const order = this.#escapedNames ? this.#compareTexts(one, other) : this.#compareBytes(one, other);
    return order === 0 ? this.#fail('a member named twice') : order;
  }

  #compareBytes(one: Member, other: Member): number {
    const { out } = this;
    const oneLength = one.nameEnd - one.begin;
    const otherLength = other.nameEnd - other.begin;
    // Between the quotes.
    const length = Math.min(oneLength, otherLength) - 1;
    for (let at = 1; at < length; at += 1) {
      const a = out[one.begin + at] ?? 0;
      const b = out[other.begin + at] ?? 0;
      if (a === b) continue;
      if (a >= FIRST_OF_PAIR && b >= FIRST_BEYOND_SURROGATES && b < FIRST_OF_PAIR) return -1;
      if (b >= FIRST_OF_PAIR && a >= FIRST_BEYOND_SURROGATES && a < FIRST_OF_PAIR) return 1;
      return a - b;
    }
    return oneLength - otherLength;
  }

  #compareTexts(one: Member, other: Member): number {
    const [a, b] = [this.#textOf(one), this.#textOf(other)];
    return a === b ? 0 : a < b ? -1 : 1;
  }

  #textOf({ begin, nameEnd }: Member): string {
    return JSON.parse(this.out.toString('utf8', begin, nameEnd));
  }

  /** @returns whether its canonical text has an escape */
  #string(): boolean {
    const { json, end, out } = this;
    let at = this.#at + 1;
    let to = this.#to;
    out[to++] = QUOTE;
    for (;;) {
      const byte = at < end ? (json[at] ?? 0) : 0;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) return this.#escapedString(at);
      if (byte < FIRST_PRINTABLE) this.#fail();
      out[to++] = byte;
      at += 1;
    }
    out[to++] = QUOTE;
    this.#at = at + 1;
    this.#to = to;
    return false;
  }

  /** @param backslash the first one */
  #escapedString(backslash: number): boolean {
    const begin = this.#at;
    let at = backslash;
    for (let byte = 0; byte !== QUOTE; at += 1) {
      byte = at < this.end ? (this.json[at] ?? 0) : this.#fail();
      if (byte === BACKSLASH) at += 1;
    }
    this.#at = at;
    const value = this.#unquoted(this.json.toString('utf8', begin, at));
    if (/\p{Surrogate}/u.test(value)) this.#fail('half a surrogate pair');
    const written = JSON.stringify(value);
    this.#to += this.out.write(written, this.#to, 'utf8');
    return written.includes('\\');
  }

  #unquoted(text: string): string {
    try {
      return JSON.parse(text);
    } catch {
      return this.#fail();
    }
  }

  #word(): void {
    const first = this.#next();
    for (const letter of WORDS.find((it) => it[0] === first) ?? this.#fail()) {
      if (this.#at === this.end || this.json[this.#at] !== letter) this.#fail();
      this.#at += 1;
      this.#put(letter);
    }
  }

  /** Most are whole, and do not end in 0: they stand as they are. */
  #number(): void {
    const { json, end } = this;
    const begin = this.#at;
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
    this.#at = at;
    const first = json[begin] ?? 0;
    if (whole && first > DIGIT_0 && last !== DIGIT_0) {
      copyBytes(json, begin, at, this.out, this.#to);
      this.#to += at - begin;
    } else this.#to += this.out.write(this.#decimal(json.toString('latin1', begin, at)), this.#to, 'latin1');
  }

  #decimal(text: string): string {
    const [, whole, fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
    if (whole === undefined) return this.#fail();
    const power = Number(exponent);
    if (Math.abs(power) > MOST_EXPONENT) this.#fail('a number out of range');
    return canonicalDecimal(text.startsWith('-'), whole + fraction, power - fraction.length);
  }

  #put(byte: number): void {
    this.out[this.#to] = byte;
    this.#to += 1;
  }

  /** The next byte that is not white space; END at the end. */
  #next(): number {
    for (; this.#at < this.end; this.#at += 1) {
      const next = this.json[this.#at] ?? END;
      if (next !== 0x20 && next !== 0x0a && next !== 0x0d && next !== 0x09) return next;
    }
    return END;
  }

  /** Goes past the next byte that is not white space. */
  #pass(): number {
    const next = this.#next();
    this.#at += 1;
    return next;
  }

  #fail(why = 'not JSON'): never {
    throw new UnencodableRecordError(`${why}, at byte ${this.#at - this.begin}`);
  }
}

/** ± digits · 10^exponent, as digits that neither begin nor end in 0, and an exponent where it is not 0; zero has no sign. */
function canonicalDecimal(negative: boolean, digits: string, exponent: number): string {
  let begin = 0;
  while (digits[begin] === '0') begin += 1;
  if (begin === digits.length) return '0';
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  const power = exponent + digits.length - end;
  return `${negative ? '-' : ''}${digits.slice(begin, end)}${power === 0 ? '' : `e${power}`}`;
}

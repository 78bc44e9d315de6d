import { UnencodableRecordError } from './proof.errors.js';

/** Far beyond what `numeric` holds, and near enough to add to. */
const MOST_EXPONENT = 1_000_000;
const NUMBER = /-?(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?/y;

// Character codes, not characters: this reads every character of the log.
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const FIRST_PRINTABLE = 0x20;
const LAST_ASCII = 0x7f;

/**
 * The one text for a JSON value, whatever text it came as: no white space, members sorted, strings escaped as RFC 8785 has them.
 * Unlike there, numbers are not rounded to doubles: jsonb holds decimals of any length, and two that differ must not look alike.
 * The rules stand in docs/audit-log-encoding.md.
 *
 * @throws UnencodableRecordError where the text is not JSON, names a member twice, or holds half a surrogate pair
 */
export function canonicalJson(text: string): string {
  return new Reader(text).whole();
}

/** An array that is being read. */
class ArrayText {
  readonly closing = CLOSE_BRACKET;
  #values = '';

  add(value: string): void {
    this.#values += this.#values === '' ? value : `,${value}`;
  }

  close(): string {
    return `[${this.#values}]`;
  }
}

/** An object that is being read. */
class ObjectText {
  readonly closing = CLOSE_BRACE;
  readonly #members: { name: string; text: string }[] = [];
  #sorted = true;
  #quotedName = '';

  /** @param quoted in its canonical text */
  begin(quoted: string): void {
    this.#quotedName = quoted;
  }

  add(value: string): void {
    const quoted = this.#quotedName;
    const name: string = quoted.includes('\\') ? JSON.parse(quoted) : quoted.slice(1, -1);
    const before = this.#members.at(-1);
    this.#sorted &&= before === undefined || before.name < name;
    this.#members.push({ name, text: `${quoted}:${value}` });
  }

  /** Undefined where a name stands twice. */
  close(): string | undefined {
    const members = this.#members;
    if (!this.#sorted) {
      // By UTF-16 code units, as RFC 8785 section 3.2.3; so JavaScript compares strings.
      // Two, as in each change of the log ("to" and "from"), are turned in a fraction of the time that sorting takes.
      if (members.length === 2) members.reverse();
      else members.sort((a, b) => (a.name < b.name ? -1 : 1));
      if (members.some(({ name }, it) => name === members[it + 1]?.name)) return undefined;
    }
    let texts = '';
    for (const { text } of members) texts += texts === '' ? text : `,${text}`;
    return `{${texts}}`;
  }
}

class Reader {
  #at = 0;

  constructor(private readonly text: string) {}

  whole(): string {
    const value = this.#value();
    if (!Number.isNaN(this.#next())) this.#fail();
    return value;
  }

  /** Not by recursion: who writes a value chooses how deep it is, and must not be able to exhaust the stack. */
  #value(): string {
    const open: (ArrayText | ObjectText)[] = [];
    for (;;) {
      let value = this.#scalarOr(open);
      while (value !== undefined) {
        const container = open.at(-1);
        if (container === undefined) return value;
        container.add(value);
        const next = this.#pass();
        if (next === COMMA) {
          if (container instanceof ObjectText) container.begin(this.#name());
          break;
        }
        if (next !== container.closing) this.#fail();
        open.pop();
        value = container.close() ?? this.#fail('a member named twice');
      }
    }
  }

  /** A value that is whole; or undefined, and one more array or object is open, before the first value in it. */
  #scalarOr(open: (ArrayText | ObjectText)[]): string | undefined {
    switch (this.#next()) {
      case OPEN_BRACE: {
        this.#at += 1;
        if (this.#next() === CLOSE_BRACE) return this.#word('}', '{}');
        const object = new ObjectText();
        object.begin(this.#name());
        open.push(object);
        return undefined;
      }
      case OPEN_BRACKET:
        this.#at += 1;
        if (this.#next() === CLOSE_BRACKET) return this.#word(']', '[]');
        open.push(new ArrayText());
        return undefined;
      case QUOTE:
        return this.#string();
      case 0x74:
        return this.#word('true');
      case 0x66:
        return this.#word('false');
      case 0x6e:
        return this.#word('null');
      default:
        return this.#number();
    }
  }

  /** The name of a member, in its canonical text, and the colon. */
  #name(): string {
    if (this.#next() !== QUOTE) this.#fail();
    const quoted = this.#string();
    if (this.#pass() !== COLON) this.#fail();
    return quoted;
  }

  #string(): string {
    const { text } = this;
    const begin = this.#at;
    let at = begin + 1;
    let escaped = false;
    let ascii = true;
    for (let unit = text.charCodeAt(at); unit !== QUOTE; unit = text.charCodeAt(at)) {
      // Beyond the end it is NaN, which is neither less nor more.
      if (!(unit >= FIRST_PRINTABLE)) this.#fail();
      if (unit > LAST_ASCII) ascii = false;
      if (unit === BACKSLASH) escaped = true;
      at += unit === BACKSLASH ? 2 : 1;
    }
    this.#at = at + 1;
    const written = text.slice(begin, this.#at);
    if (!escaped && ascii) return written;
    const value = escaped ? this.#unescape(written) : written;
    if (/\p{Surrogate}/u.test(value)) this.#fail('half a surrogate pair');
    return escaped ? JSON.stringify(value) : written;
  }

  #unescape(text: string): string {
    try {
      return JSON.parse(text);
    } catch {
      return this.#fail();
    }
  }

  #word(word: string, meaning = word): string {
    if (!this.text.startsWith(word, this.#at)) this.#fail();
    this.#at += word.length;
    return meaning;
  }

  #number(): string {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.text);
    if (match === null) return this.#fail();
    this.#at = NUMBER.lastIndex;
    const [text, whole = '', fraction, exponent] = match;
    if (text === '0' || (fraction === undefined && exponent === undefined && !whole.endsWith('0')))
      return text;
    const power = Number(exponent ?? 0);
    if (Math.abs(power) > MOST_EXPONENT) this.#fail('a number out of range');
    const digits = whole + (fraction ?? '');
    return canonicalDecimal(text.startsWith('-'), digits, power - (fraction?.length ?? 0));
  }

  /** The code of the next character that is not white space; NaN at the end. */
  #next(): number {
    for (;;) {
      const next = this.text.charCodeAt(this.#at);
      if (next !== 0x20 && next !== 0x0a && next !== 0x0d && next !== 0x09) return next;
      this.#at += 1;
    }
  }

  /** Goes past the next character that is not white space. */
  #pass(): number {
    const next = this.#next();
    this.#at += 1;
    return next;
  }

  #fail(why = 'not JSON'): never {
    throw new UnencodableRecordError(`${why}, at character ${this.#at}`);
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

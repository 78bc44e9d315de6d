import { copyBytes } from './bytes.js';
import { UnencodableRecordError } from './proof.errors.js';

const COMMA = 0x2c;
/** First UTF-8 byte of a code point above U+FFFF, which UTF-16 writes as a surrogate pair. */
const FIRST_OF_PAIR = 0xf0;
/** First UTF-8 byte of a code point above the surrogates and below U+10000. */
const FIRST_BEYOND_SURROGATES = 0xee;

/** Buffer for the members of one object while they are reordered. A larger object gets its own buffer. */
const scratch = Buffer.alloc(4_096);

/** The position of an object's member in canonical text: its name in quotes, a colon, its value. */
export interface Member {
  readonly begin: number;
  readonly nameEnd: number;
  end: number;
}

/** Sorts the members of an object that were written in another order. */
export class MemberOrder {
  /** some name has an escape, so the order of the bytes is not the order of the names */
  hasEscapes = false;

  constructor(private readonly out: Buffer) {}

  /** @param members all members of one object, unsorted, written one after the other; at least two */
  sort(members: Member[]): void {
    const [one, other] = members;
    const end = members.at(-1)?.end;
    if (one === undefined || other === undefined || end === undefined) return;
    // Two members, as in each change of the log ("to" and "from"), are exchanged in a fraction of the time of sorting.
    if (members.length === 2) this.exchange(one, other);
    else
      this.rearrange(
        one.begin,
        end,
        members.toSorted((a, b) => this.compare(a, b)),
      );
  }

  /**
   * Compares by UTF-16 code units (RFC 8785 section 3.2.3). UTF-8 has the same order, except that in UTF-16 surrogate
   * pairs come before the characters between the surrogates and U+FFFF.
   *
   * @throws UnencodableRecordError if both have the same name
   */
  compare(one: Member, other: Member): number {
    const order = this.hasEscapes ? this.compareTexts(one, other) : this.compareBytes(one, other);
    if (order === 0) throw new UnencodableRecordError('a duplicate member');
    return order;
  }

  private compareBytes(one: Member, other: Member): number {
    const { out } = this;
    const oneLength = one.nameEnd - one.begin;
    const otherLength = other.nameEnd - other.begin;
    // Only the characters between the quotes.
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

  private compareTexts(one: Member, other: Member): number {
    const [a, b] = [this.textOf(one), this.textOf(other)];
    return a === b ? 0 : a < b ? -1 : 1;
  }

  private textOf({ begin, nameEnd }: Member): string {
    return JSON.parse(this.out.toString('utf8', begin, nameEnd));
  }

  private exchange(one: Member, other: Member): void {
    const { out } = this;
    const copy = this.copied(one.begin, one.end);
    copyBytes(out, other.begin, other.end, out, one.begin);
    const end = one.begin + other.end - other.begin;
    out[end] = COMMA;
    copyBytes(copy, 0, one.end - one.begin, out, end + 1);
  }

  private rearrange(begin: number, end: number, members: readonly Member[]): void {
    const copy = this.copied(begin, end);
    let to = begin;
    for (const member of members) {
      if (to > begin) this.out[to++] = COMMA;
      copyBytes(copy, member.begin - begin, member.end - begin, this.out, to);
      to += member.end - member.begin;
    }
  }

  private copied(begin: number, end: number): Buffer {
    const copy = end - begin <= scratch.length ? scratch : Buffer.allocUnsafe(end - begin);
    copyBytes(this.out, begin, end, copy, 0);
    return copy;
  }
}

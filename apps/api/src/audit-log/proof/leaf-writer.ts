import { HASH_BYTES, LEAF_PREFIX } from './merkle-tree.js';
import { UnencodableRecordError } from './proof.errors.js';

const FIRST_CAPACITY = 16_384;
/** A buffer that one huge record made larger than this is not kept for the next. */
const MOST_KEPT = 1_048_576;
const SMALLEST_INTEGER = -(2 ** 31);
const LARGEST_INTEGER = 2 ** 31 - 1;

const NOT_A_DIGIT = 16;
/** What a character code is worth as a hexadecimal digit; in lower case alone, as Postgres writes them. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(code));
  return digit === -1 ? NOT_A_DIGIT : digit;
});

/**
 * Writes one leaf after the other into the same memory. Before each stands the byte that RFC 6962 prefixes, so that a leaf is
 * hashed where it lies.
 */
export class LeafWriter {
  #bytes = Buffer.alloc(FIRST_CAPACITY, LEAF_PREFIX);
  #length = 1;

  begin(): void {
    if (this.#bytes.length > MOST_KEPT) this.#bytes = Buffer.alloc(FIRST_CAPACITY, LEAF_PREFIX);
    this.#length = 1;
  }

  /** Good until the next `begin`. */
  get prefixed(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** 0 for nothing; else 1, and the value. */
  optional<T>(value: T | null, put: (this: this, value: T) => void): void {
    this.byte(value === null ? 0 : 1);
    if (value !== null) put.call(this, value);
  }

  uuid(value: string): void {
    this.#reserve(16);
    const bytes = this.#bytes;
    let to = this.#length;
    let wrong = value.length === 36 ? 0 : NOT_A_DIGIT;
    for (let at = 0; at < 36; at += 2) {
      if (at === 8 || at === 13 || at === 18 || at === 23) {
        if (value.charCodeAt(at) !== 0x2d) wrong = NOT_A_DIGIT;
        at += 1;
      }
      const high = DIGITS[value.charCodeAt(at)] ?? NOT_A_DIGIT;
      const low = DIGITS[value.charCodeAt(at + 1)] ?? NOT_A_DIGIT;
      wrong |= high | low;
      bytes[to] = high * 16 + low;
      to += 1;
    }
    if (wrong >= NOT_A_DIGIT) throw new UnencodableRecordError(`not a UUID: ${value}`);
    this.#length = to;
  }

  /** 32 bits, two's complement, big-endian. */
  integer(value: number): void {
    if (!Number.isInteger(value) || value < SMALLEST_INTEGER || value > LARGEST_INTEGER) {
      throw new UnencodableRecordError(`not an integer of 32 bits: ${value}`);
    }
    this.#reserve(4);
    this.#length = this.#bytes.writeInt32BE(value, this.#length);
  }

  /** ISO 8601 in UTC with milliseconds, as milliseconds since 1970 in 64 bits, two's complement, big-endian. */
  time(value: string): void {
    const time = new Date(value);
    const milliseconds = time.getTime();
    if (Number.isNaN(milliseconds) || time.toISOString() !== value) {
      throw new UnencodableRecordError(`not a time in UTC with milliseconds: ${value}`);
    }
    this.#reserve(8);
    const high = Math.floor(milliseconds / 2 ** 32);
    this.#length = this.#bytes.writeInt32BE(high, this.#length);
    this.#length = this.#bytes.writeUInt32BE(milliseconds - high * 2 ** 32, this.#length);
  }

  /** The number of bytes in 32 bits, big-endian, then the text in UTF-8. */
  text(value: string): void {
    this.#reserve(4 + 3 * value.length);
    const count = this.#bytes.write(value, this.#length + 4, 'utf8');
    assertWellFormed(value, count);
    this.#length = this.#bytes.writeUInt32BE(count, this.#length) + count;
  }

  hash(value: Buffer): void {
    if (value.length !== HASH_BYTES) throw new UnencodableRecordError('a commitment has 32 bytes');
    this.#reserve(HASH_BYTES);
    this.#bytes.set(value, this.#length);
    this.#length += HASH_BYTES;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(needed * 2);
    larger.set(this.prefixed);
    this.#bytes = larger;
  }
}

/**
 * Halves of surrogate pairs would all become U+FFFD, and two texts look alike. Where there are as many bytes as UTF-16 units, it
 * is all ASCII and there is nothing to look for.
 *
 * @param count how many bytes the text became
 */
export function assertWellFormed(text: string, count: number): void {
  if (count !== text.length && /\p{Surrogate}/u.test(text)) {
    throw new UnencodableRecordError('half a surrogate pair in a text');
  }
}

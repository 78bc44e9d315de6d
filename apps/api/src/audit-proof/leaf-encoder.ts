import { copyBytes, isSame, readUuid, UUID_BYTES } from './bytes.js';
import { canonicalCapacity, writeCanonicalJson } from './canonical-json.js';
import { HASH_BYTES, LEAF_PREFIX } from './merkle-tree.js';
import { UnencodableRecordError } from './proof.errors.js';

const FIRST_CAPACITY = 16_384;
/** If one huge record made the buffer larger than this, it is not kept for the next record. */
const MAX_KEPT = 1_048_576;
const MIN_INTEGER = -(2 ** 31);
const MAX_INTEGER = 2 ** 31 - 1;

const DIGIT_0 = 0x30;
const DATE_CHARACTERS = 'YYYY-MM-DD'.length;
const TIME_CHARACTERS = 'YYYY-MM-DDTHH:MM:SS.mmmZ'.length;

/**
 * Encodes one leaf after the other into the same memory, from strings or from UTF-8 bytes. Before each leaf is the
 * prefix byte of RFC 6962, so that a leaf can be hashed without copying.
 */
export class LeafEncoder {
  private buffer = Buffer.alloc(FIRST_CAPACITY, LEAF_PREFIX);
  private length = 1;
  /** the date that `timeOf` read last; the next one is nearly always the same */
  private readonly date = Buffer.alloc(DATE_CHARACTERS);
  /** its start, in milliseconds since 1970 */
  private midnight = 0;

  begin(): void {
    if (this.buffer.length > MAX_KEPT) this.buffer = Buffer.alloc(FIRST_CAPACITY, LEAF_PREFIX);
    this.length = 1;
  }

  /** Valid until the next `begin`. */
  get prefixed(): Buffer {
    return this.buffer.subarray(0, this.length);
  }

  byte(value: number): void {
    this.reserve(1);
    this.buffer[this.length] = value;
    this.length += 1;
  }

  /** 0 for null; otherwise 1 and the value. */
  optional<T>(value: T | null, put: (this: this, value: T) => void): void {
    this.byte(value === null ? 0 : 1);
    if (value !== null) put.call(this, value);
  }

  uuid(value: string): void {
    this.reserve(UUID_BYTES);
    const text = Buffer.from(value);
    if (!readUuid(text, 0, text.length, this.buffer, this.length)) {
      throw new UnencodableRecordError(`not a UUID: ${value}`);
    }
    this.length += UUID_BYTES;
  }

  /** Bytes of a fixed length, without a length prefix. */
  bytes(value: Buffer): void {
    this.reserve(value.length);
    copyBytes(value, 0, value.length, this.buffer, this.length);
    this.length += value.length;
  }

  /** 32 bits, two's complement, big-endian. */
  integer(value: number): void {
    if (!Number.isInteger(value) || value < MIN_INTEGER || value > MAX_INTEGER) {
      throw new UnencodableRecordError(`not an integer of 32 bits: ${value}`);
    }
    this.reserve(4);
    this.length = this.buffer.writeInt32BE(value, this.length);
  }

  /** ISO 8601 in UTC with milliseconds, as milliseconds since 1970 in 64 bits, two's complement, big-endian. */
  time(value: string): void {
    const time = new Date(value);
    const milliseconds = time.getTime();
    if (Number.isNaN(milliseconds) || time.toISOString() !== value) {
      throw new UnencodableRecordError(`not a time in UTC with milliseconds: ${value}`);
    }
    this.milliseconds(milliseconds);
  }

  /** @returns milliseconds since 1970 */
  timeOf(from: Buffer, begin: number, end: number): number {
    const time = end - begin === TIME_CHARACTERS ? timeOfDay(from, begin + DATE_CHARACTERS) : undefined;
    if (time !== undefined && isSame(from, begin, this.date)) {
      this.milliseconds(this.midnight + time);
      return this.midnight + time;
    }
    const text = from.toString('utf8', begin, end);
    this.time(text);
    const milliseconds = Date.parse(text);
    if (time !== undefined) {
      this.date.set(from.subarray(begin, begin + DATE_CHARACTERS));
      this.midnight = milliseconds - time;
    }
    return milliseconds;
  }

  /** The number of bytes in 32 bits, big-endian, followed by the text in UTF-8. */
  text(value: string): void {
    this.reserve(4 + 3 * value.length);
    const count = this.buffer.write(value, this.length + 4, 'utf8');
    assertWellFormed(value, count);
    this.length = this.buffer.writeUInt32BE(count, this.length) + count;
  }

  textOf(from: Buffer, begin: number, end: number): void {
    const count = end - begin;
    this.reserve(4 + count);
    copyBytes(from, begin, end, this.buffer, this.buffer.writeUInt32BE(count, this.length));
    this.length += 4 + count;
  }

  /** Like `text`, for the canonical form of a JSON text. */
  json(value: string): void {
    const bytes = Buffer.from(value);
    assertWellFormed(value, bytes.length);
    this.jsonOf(bytes, 0, bytes.length);
  }

  jsonOf(from: Buffer, begin: number, end: number): void {
    this.reserve(4 + canonicalCapacity(end - begin));
    const written = writeCanonicalJson(from, begin, end, this.buffer, this.length + 4);
    this.buffer.writeUInt32BE(written - this.length - 4, this.length);
    this.length = written;
  }

  hash(value: Buffer): void {
    if (value.length !== HASH_BYTES) throw new UnencodableRecordError('a commitment has 32 bytes');
    this.bytes(value);
  }

  milliseconds(value: number): void {
    this.reserve(8);
    const high = Math.floor(value / 2 ** 32);
    this.length = this.buffer.writeInt32BE(high, this.length);
    this.length = this.buffer.writeUInt32BE(value - high * 2 ** 32, this.length);
  }

  private reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(needed * 2);
    larger.set(this.prefixed);
    this.buffer = larger;
  }
}

/** Parses `THH:MM:SS.mmmZ` to milliseconds; undefined if it is not such a time. */
function timeOfDay(from: Buffer, at: number): number | undefined {
  const number = (begin: number, digits: number): number => {
    let value = 0;
    for (let it = at + begin; it < at + begin + digits; it += 1) {
      const digit = (from[it] ?? 0) - DIGIT_0;
      value = digit >= 0 && digit < 10 ? value * 10 + digit : Number.NaN;
    }
    return value;
  };
  const punctuated =
    from[at] === 0x54 &&
    from[at + 3] === 0x3a &&
    from[at + 6] === 0x3a &&
    from[at + 9] === 0x2e &&
    from[at + 13] === 0x5a;
  const [hours, minutes, seconds, milliseconds] = [number(1, 2), number(4, 2), number(7, 2), number(10, 3)];
  if (!punctuated || !(hours < 24 && minutes < 60 && seconds < 60 && milliseconds < 1_000)) return undefined;
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000 + milliseconds;
}

/**
 * Refuses unpaired surrogates: all of them would become U+FFFD, so different texts would get the same bytes. If the
 * text has as many bytes as UTF-16 units, it is pure ASCII and needs no check.
 *
 * @param count length of the text in UTF-8, in bytes
 */
export function assertWellFormed(text: string, count: number): void {
  if (count !== text.length && /\p{Surrogate}/u.test(text)) {
    throw new UnencodableRecordError('half a surrogate pair in a text');
  }
}

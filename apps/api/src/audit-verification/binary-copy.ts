// `COPY … (FORMAT binary)`, see postgresql.org/docs/current/sql-copy.html: a header; for each row the number of fields in 16 bits, and
// for each of these its length in 32, -1 where it is null, and what its type's `send` function says; at the end -1 for a number.

/** A signature of 11 bytes, 32 bits of flags and the length of an extension, which there is none of. */
const HEADER_BYTES = 19;
const END = -1;
export const NULL_LENGTH = -1;

/** The rows alone. */
export async function* withoutHeader(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = HEADER_BYTES;
  for await (const piece of pieces) {
    const skipped = Math.min(left, piece.length);
    left -= skipped;
    yield piece.subarray(skipped);
  }
}

/** How many of the bytes are whole rows. */
export function wholeTuples(bytes: Uint8Array): number {
  return endsOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).at(-1) ?? 0;
}

/** Where each of the rows ends that are there as a whole. */
export function endsOf(bytes: Buffer): number[] {
  const ends: number[] = [];
  for (let at = 0; ; ) {
    at = endOf(bytes, at);
    if (at > bytes.length) return ends;
    ends.push(at);
  }
}

/** Where a row ends; Infinity where it is not there as a whole. */
function endOf(bytes: Buffer, begin: number): number {
  let at = begin + 2;
  const fields = at <= bytes.length ? bytes.readInt16BE(begin) : END;
  if (fields === END) return Number.POSITIVE_INFINITY;
  for (let it = 0; it < fields; it += 1) {
    if (at + 4 > bytes.length) return Number.POSITIVE_INFINITY;
    at += 4 + Math.max(bytes.readInt32BE(at), 0);
  }
  return at;
}

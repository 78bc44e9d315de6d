// `COPY … (FORMAT binary)`, see postgresql.org/docs/current/sql-copy.html. First a header. Then for each row the number
// of fields in 16 bits, and for each field its length in 32 bits (-1 if it is null) and the output of its type's `send`
// function. At the end -1 instead of the number of fields.

/** A signature of 11 bytes, 32 bits of flags and the 32-bit length of the extension, which is empty. */
const HEADER_BYTES = 19;
const END = -1;
export const NULL_LENGTH = -1;

/** The rows without the header. */
export async function* withoutHeader(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = HEADER_BYTES;
  for await (const piece of pieces) {
    const skipped = Math.min(left, piece.length);
    left -= skipped;
    yield piece.subarray(skipped);
  }
}

/** How many of the bytes are complete rows. */
export function wholeTuples(bytes: Uint8Array): number {
  return endsOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).at(-1) ?? 0;
}

/** The end of each complete row. */
export function endsOf(bytes: Buffer): number[] {
  const ends: number[] = [];
  for (let at = 0; ; ) {
    at = endOf(bytes, at);
    if (at > bytes.length) return ends;
    ends.push(at);
  }
}

/** The end of a row; Infinity if the row is incomplete. */
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

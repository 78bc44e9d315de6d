/**
 * Approximate size of a batch. The system clears the memory of larger batches, which takes longer than passing on more
 * batches.
 */
export const BATCH_BYTES = 262_144;

/** How much of a too long record is shown. */
const SHOWN_BYTES = 200;

/** The maximum size of records that arrive in pieces. */
export interface RecordBound {
  /** maximum size of one record, in bytes */
  most: number;
  /** called with the beginning of a longer record, which is left out */
  tooLong: (beginning: Uint8Array) => void;
  /** where a record that began earlier ends; -1 if it does not end in these bytes */
  endOf: (bytes: Uint8Array) => number;
}

/**
 * Splits a stream of pieces into batches of complete records. Each batch has its own memory.
 *
 * @param wholeOf returns how many of the bytes are complete records
 * @param isWhole whether the bytes after the last complete record are a record too; otherwise it was not fully written,
 *   or was cut off
 * @param bound if missing, a record may have any size
 */
export async function* batchesOf(
  pieces: AsyncIterable<Uint8Array>,
  wholeOf: (bytes: Uint8Array) => number,
  isWhole: (rest: Uint8Array) => boolean = () => false,
  bound?: RecordBound,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let [waiting, size]: [Uint8Array[], number] = [[], 0];
  let enough = BATCH_BYTES;
  let skipping = false;
  for await (const next of pieces) {
    let piece = next;
    if (skipping && bound !== undefined) {
      const end = bound.endOf(piece);
      if (end === -1) continue;
      skipping = false;
      piece = piece.subarray(end);
    }
    waiting.push(piece);
    size += piece.length;
    if (size < enough) continue;
    const all = joined(waiting, size);
    const whole = wholeOf(all);
    // Copied, because the consumer of the batch may take its memory.
    waiting = [all.slice(whole)];
    size -= whole;
    // A record larger than a batch: wait for twice as many bytes before the next check. Otherwise each piece would copy
    // the record again.
    enough = Math.max(BATCH_BYTES, Math.min(2 * size, (bound?.most ?? Number.POSITIVE_INFINITY) + 1));
    if (whole > 0) yield all.subarray(0, whole);
    if (bound !== undefined && size > bound.most) {
      bound.tooLong(all.subarray(whole, whole + SHOWN_BYTES));
      [waiting, size, enough, skipping] = [[], 0, BATCH_BYTES, true];
    }
  }
  const all = joined(waiting, size);
  const whole = wholeOf(all);
  const end = whole < size && isWhole(all.subarray(whole)) ? size : whole;
  if (end > 0) yield all.subarray(0, end);
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

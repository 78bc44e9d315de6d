/** About how large a batch is. The system clears the memory of each that is larger, which takes longer than to hand over more of them. */
export const BATCH_BYTES = 262_144;

/** Of a record that is too long, what is shown. */
const SHOWN_BYTES = 200;

/** How records are bounded that come in pieces. */
export interface RecordBound {
  /** bytes of one record at most */
  most: number;
  /** told how a longer one begins, which is left out */
  tooLong: (beginning: Uint8Array) => void;
  /** where a record ends that began earlier, -1 if not in these bytes */
  endOf: (bytes: Uint8Array) => number;
}

/**
 * What comes in pieces, in batches of whole records, each in memory of its own.
 *
 * @param wholeOf how many of the bytes are whole records
 * @param isWhole whether what stands after the last of them is a record too; else it has not been written to its end, or was cut off
 * @param bound left out: a record may have any size
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
    // Copied, for who takes the batch may take its memory.
    waiting = [all.slice(whole)];
    size -= whole;
    // Of a record that is larger than a batch: twice as much before it is looked at again, or it is copied with each piece of it.
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

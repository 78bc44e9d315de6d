/** About how large a batch is. The system clears the memory of each that is larger, which takes longer than to hand over more of them. */
export const BATCH_BYTES = 262_144;

/**
 * What comes in pieces, in batches of whole records, each in memory of its own.
 *
 * @param wholeOf how many of the bytes are whole records
 * @param isWhole whether what stands after the last of them is a record too; else it has not been written to its end, or was cut off
 */
export async function* batchesOf(
  pieces: AsyncIterable<Uint8Array>,
  wholeOf: (bytes: Uint8Array) => number,
  isWhole: (rest: Uint8Array) => boolean = () => false,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let [waiting, size]: [Uint8Array[], number] = [[], 0];
  let enough = BATCH_BYTES;
  for await (const piece of pieces) {
    waiting.push(piece);
    size += piece.length;
    if (size < enough) continue;
    const all = joined(waiting, size);
    const whole = wholeOf(all);
    // Copied, for who takes the batch may take its memory.
    waiting = [all.slice(whole)];
    size -= whole;
    // Of a record that is larger than a batch: twice as much before it is looked at again, or it is copied with each piece of it.
    enough = Math.max(BATCH_BYTES, 2 * size);
    if (whole > 0) yield all.subarray(0, whole);
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

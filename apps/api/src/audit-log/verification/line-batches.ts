const NEWLINE = 0x0a;
/** About how large a batch is. */
export const BATCH_BYTES = 262_144;

/**
 * The whole lines of what comes in pieces, in batches, each in memory of its own, without the newline at its end.
 *
 * @param torn called where the last line has no newline: what follows it has not been written, or was cut off
 */
export async function* lineBatches(
  pieces: AsyncIterable<Uint8Array>,
  torn?: () => void,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let [waiting, size]: [Uint8Array[], number] = [[], 0];
  for await (const piece of pieces) {
    waiting.push(piece);
    size += piece.length;
    if (size < BATCH_BYTES) continue;
    const { lines, rest } = divided(waiting, size);
    if (lines !== undefined) yield lines;
    [waiting, size] = [[rest], rest.length];
  }
  const { lines, rest } = divided(waiting, size);
  if (lines !== undefined) yield lines;
  if (rest.length > 0) torn?.();
}

/** The whole lines, undefined where there are none; and what follows them. */
function divided(
  pieces: readonly Uint8Array[],
  size: number,
): { lines: Uint8Array<ArrayBuffer> | undefined; rest: Uint8Array } {
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  const end = all.lastIndexOf(NEWLINE);
  // Copied, for who takes the lines may take their memory.
  return { lines: end === -1 ? undefined : all.subarray(0, end), rest: all.slice(end + 1) };
}

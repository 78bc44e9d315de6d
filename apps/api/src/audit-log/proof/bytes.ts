/** Longer ones are copied by the machine's own means, which cost a call. */
const MOST_COPIED_BY_HAND = 64;

export function copyBytes(from: Buffer, begin: number, end: number, to: Uint8Array, at: number): void {
  if (end - begin > MOST_COPIED_BY_HAND) {
    from.copy(to, at, begin, end);
    return;
  }
  for (let it = begin; it < end; it += 1) to[at + it - begin] = from[it] ?? 0;
}

/** Whether `bytes` stand in `text` at `begin`. */
export function isSame(text: Buffer, begin: number, bytes: Uint8Array): boolean {
  for (let it = 0; it < bytes.length; it += 1) {
    if (text[begin + it] !== bytes[it]) return false;
  }
  return true;
}

const HYPHEN = 0x2d;
const UUID_CHARACTERS = 36;
export const UUID_BYTES = 16;
const NOT_A_DIGIT = 16;
/** The value of a byte as a hexadecimal digit. Lower case only, as Postgres writes them. */
const DIGITS = Uint8Array.from({ length: 256 }, (_, code) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(code));
  return digit === -1 ? NOT_A_DIGIT : digit;
});

/**
 * Parses the UUID text from `begin` to `end` and writes its 16 bytes.
 *
 * @returns false if the text is not a UUID
 */
export function readUuid(text: Buffer, begin: number, end: number, to: Uint8Array, at: number): boolean {
  let out = at;
  let wrong = end - begin === UUID_CHARACTERS ? 0 : NOT_A_DIGIT;
  for (let it = 0; it < UUID_CHARACTERS; it += 2) {
    if (it === 8 || it === 13 || it === 18 || it === 23) {
      if (text[begin + it] !== HYPHEN) wrong = NOT_A_DIGIT;
      it += 1;
    }
    const high = DIGITS[text[begin + it] ?? 0] ?? NOT_A_DIGIT;
    const low = DIGITS[text[begin + it + 1] ?? 0] ?? NOT_A_DIGIT;
    wrong |= high | low;
    to[out] = high * 16 + low;
    out += 1;
  }
  return wrong < NOT_A_DIGIT;
}

/** The text of the UUID whose 16 bytes begin at `at`. */
export function uuidText(bytes: Buffer, at: number): string {
  const digits = bytes.toString('hex', at, at + UUID_BYTES);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
}

/** Longer ones are copied by a built-in method, which costs a call. */
const MAX_COPIED_BY_HAND = 64;

export function copyBytes(from: Buffer, begin: number, end: number, to: Uint8Array, at: number): void {
  if (end - begin > MAX_COPIED_BY_HAND) {
    from.copy(to, at, begin, end);
    return;
  }
  for (let it = begin; it < end; it += 1) to[at + it - begin] = from[it] ?? 0;
}

/** Whether `text` has these `bytes` at `begin`. */
export function isSame(text: Buffer, begin: number, bytes: Uint8Array): boolean {
  for (let it = 0; it < bytes.length; it += 1) {
    if (text[begin + it] !== bytes[it]) return false;
  }
  return true;
}

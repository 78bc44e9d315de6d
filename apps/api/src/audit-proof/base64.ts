const PADDING = 0x3d;
const NO_DIGIT = 64;
const DIGITS = Uint8Array.from({ length: 256 }, (_, code) => {
  const digit = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.indexOf(
    String.fromCharCode(code),
  );
  return digit === -1 ? NO_DIGIT : digit;
});

/** Decodes Base64. Returns undefined unless the text is in canonical form (RFC 4648 section 4). */
export function base64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/**
 * Like `base64`: decodes `text` from `begin` to `end` and writes the bytes into `to`, from `at` on.
 *
 * @returns false if the text is not in canonical form or has another number of bytes
 */
export function readBase64(
  text: Buffer,
  begin: number,
  end: number,
  to: Uint8Array,
  at: number,
  bytes: number,
): boolean {
  const padding = (3 - (bytes % 3)) % 3;
  if (end - begin !== ((bytes + padding) / 3) * 4) return false;
  let wrong = 0;
  let [from, out] = [begin, at];
  const group = (digits: number): number => {
    let value = 0;
    for (let it = 0; it < 4; it += 1) {
      const digit = it < digits ? (DIGITS[text[from + it] ?? 0] ?? NO_DIGIT) : 0;
      wrong |= digit;
      value = value * 64 + digit;
    }
    from += 4;
    return value;
  };
  for (; out + 3 <= at + bytes; out += 3) {
    const value = group(4);
    to[out] = value >> 16;
    to[out + 1] = value >> 8;
    to[out + 2] = value;
  }
  if (padding > 0) {
    const value = group(4 - padding);
    to[out] = value >> 16;
    if (padding === 1) to[out + 1] = value >> 8;
    // The unused bits of the last digit must be 0.
    if ((value & (padding === 1 ? 0xff : 0xffff)) !== 0) return false;
    for (let it = end - padding; it < end; it += 1) if (text[it] !== PADDING) return false;
  }
  return wrong < NO_DIGIT;
}

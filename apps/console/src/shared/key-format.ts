/** `crk_` or `cro_`, 16 characters of kid, 43 of secret, 6 of checksum (docs/admin.md). */
export const KEY_PATTERN = /^cr[ko]_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}$/;
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const CHECKSUM = 6;

/** Whether the checksum is right. It says nothing about whether the key exists. */
export function isWellFormedKey(key: string): boolean {
  return KEY_PATTERN.test(key) && checksumOf(key.slice(0, -CHECKSUM)) === key.slice(-CHECKSUM);
}

export function kidOf(key: string): string {
  return key.slice(4, 20);
}

function checksumOf(text: string): string {
  let rest = crc32(text);
  let checksum = '';
  for (let at = 0; at < CHECKSUM; at += 1) {
    checksum = `${DIGITS.charAt(rest % DIGITS.length)}${checksum}`;
    rest = Math.floor(rest / DIGITS.length);
  }
  return checksum;
}

function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

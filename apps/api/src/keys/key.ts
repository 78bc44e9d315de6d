import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** `crk_` for coordinators, `cro_` for operators. */
export type KeyPrefix = 'crk_' | 'cro_';

/** A parsed key. `kid` is public, `secret` is not. Parsing verifies neither. */
export interface ParsedKey {
  prefix: KeyPrefix;
  kid: string;
  secret: string;
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const KID_START = 4;
const KID_LENGTH = 16;
// 62^43 > 2^256
const SECRET_LENGTH = 43;
// 62^6 > 2^32
const CHECKSUM_LENGTH = 6;

const KEY = new RegExp(
  `^(crk_|cro_)([0-9A-Za-z]{${KID_LENGTH}})_([0-9A-Za-z]{${SECRET_LENGTH}})([0-9A-Za-z]{${CHECKSUM_LENGTH}})$`,
);

/** Generates a key. The holder keeps `key`, and `secret` gets hashed. Neither may be stored or logged. */
export function generateKey(prefix: KeyPrefix): { key: string; kid: string; secret: string } {
  const kid = randomBase62(KID_LENGTH);
  const secret = randomBase62(SECRET_LENGTH);
  return { key: joinKey({ prefix, kid, secret }), kid, secret };
}

/** The text of a key with its checksum, in the form that {@link parseKey} reads. */
export function joinKey({ prefix, kid, secret }: ParsedKey): string {
  const body = `${prefix}${kid}_${secret}`;
  return body + checksum(body);
}

/**
 * The kid, if the text is a key; otherwise some part of the text. Use it for lookups only and do not keep it: it is a
 * view of the text.
 */
export function kidIn(text: string): string {
  return text.slice(KID_START, KID_START + KID_LENGTH);
}

/**
 * Parses `<prefix><kid>_<secret><checksum>`, without a database.
 *
 * @returns undefined for any text that is not exactly a key with the right checksum; it never throws
 */
export function parseKey(text: string): ParsedKey | undefined {
  const [, prefix, kid, secret, given] = KEY.exec(text) ?? [];
  if (!isPrefix(prefix) || kid === undefined || secret === undefined) return undefined;
  if (checksum(text.slice(0, -CHECKSUM_LENGTH)) !== given) return undefined;
  return { prefix, kid: copyOf(kid), secret };
}

/**
 * Copies the text. V8 makes a substring a view of the whole string, so a kept kid would keep the secret in memory too.
 */
function copyOf(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

function isPrefix(text: string | undefined): text is KeyPrefix {
  return text === 'crk_' || text === 'cro_';
}

/**
 * CRC-32 (as in zlib) in base62, most significant digit first. It finds typos and lets secret scanners be sure. It
 * proves nothing.
 */
function checksum(body: string): string {
  let rest = crc32(body);
  let digits = '';
  for (let digit = 0; digit < CHECKSUM_LENGTH; digit += 1) {
    digits = BASE62.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/**
 * Bytes from 248 on are discarded: 256 is no multiple of 62, and a plain remainder would favour the first eight
 * characters.
 */
function randomBase62(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length - text.length + 8)) {
      if (byte < 248 && text.length < length) text += BASE62.charAt(byte % 62);
    }
  }
  return text;
}

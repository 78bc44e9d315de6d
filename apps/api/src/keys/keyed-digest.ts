import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * SHA-256 over a random key and the text. Each object makes its own key, which ends with the process, so a digest read
 * from memory is useless to an attacker.
 *
 * HMAC would also prevent that an attacker extends a known digest. No digest is ever shown, so that is not needed, and
 * HMAC costs a guarded request a tenth of its time in Node's objects. The digest is text for the same reason: creating
 * a `Buffer` takes longer than the digest.
 */
export class KeyedDigest {
  private readonly key = randomBytes(32).toString('base64');

  /** 44 characters of base64 */
  of(text: string): string {
    return hash('sha256', this.key + text, 'base64');
  }
}

/** Compares two digests of one {@link KeyedDigest} in constant time. */
export function isSameDigest(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one, 'latin1'), Buffer.from(other, 'latin1'));
}

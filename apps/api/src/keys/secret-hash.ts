import { argon2id, hash, verify } from 'argon2';

/**
 * The PHC string that is stored instead of a key's secret.
 *
 * The parameters are the first of those that the OWASP Password Storage Cheat Sheet recommends for Argon2id: 19 MiB,
 * two passes, one lane. The secret itself has 256 bits, so the parameters protect against a weak generator more than
 * against guessing.
 */
export function hashSecret(secret: string): Promise<string> {
  return hash(secret, { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 });
}

/**
 * Whether `phc` was made from `secret`. It takes tens of milliseconds on a thread of libuv's pool.
 *
 * @throws Error if `phc` is no PHC string: then the row is damaged, and "wrong key" would hide that
 */
export function verifySecret(phc: string, secret: string): Promise<boolean> {
  return verify(phc, secret);
}

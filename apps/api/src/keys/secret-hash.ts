import { argon2id, hash, verify } from 'argon2';

/**
 * The PHC string to keep in place of a key's secret.
 *
 * Parameters: the first of those that the OWASP Password Storage Cheat Sheet recommends for Argon2id, 19 MiB, two passes, one
 * lane. The secret has 256 bits of its own, so they guard against a weak generator more than against guessing.
 */
export function hashSecret(secret: string): Promise<string> {
  return hash(secret, { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 });
}

/**
 * Whether `secret` is the one that `phc` was made of; tens of milliseconds on a thread of libuv's pool.
 *
 * @throws Error if `phc` is no PHC string: then the row is damaged, and saying "wrong key" would hide it
 */
export function verifySecret(phc: string, secret: string): Promise<boolean> {
  return verify(phc, secret);
}

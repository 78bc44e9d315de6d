import { generateKey, type KeyPrefix } from './key.js';
import { hashSecret } from './secret-hash.js';

/** What is kept of a key. */
export interface StoredKey {
  kid: string;
  /** argon2id PHC string */
  secretHash: string;
}

/** A fresh key: `text` goes to its holder, once, and `stored` into the database. */
export async function issueKey(prefix: KeyPrefix): Promise<{ text: string; stored: StoredKey }> {
  const { key, kid, secret } = generateKey(prefix);
  return { text: key, stored: { kid, secretHash: await hashSecret(secret) } };
}

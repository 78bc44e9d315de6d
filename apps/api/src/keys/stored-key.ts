import { generateKey, type KeyPrefix } from './key.js';
import { hashSecret } from './secret-hash.js';

/** The parts of a key that are stored. */
export interface StoredKey {
  kid: string;
  /** argon2id PHC string */
  secretHash: string;
}

/** Issues a key: show `text` once to its holder, and store `stored` in the database. */
export async function issueKey(prefix: KeyPrefix): Promise<{ text: string; stored: StoredKey }> {
  const { key, kid, secret } = generateKey(prefix);
  return { text: key, stored: { kid, secretHash: await hashSecret(secret) } };
}

import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { keptFile } from '../../common/kept-file.js';

export const SIGNING_KEY_FILE = 'audit-signing-key.pem';

/**
 * The key of a server that was given none: made once and kept in its `DATA_DIR`. It lies on the machine whose log it signs, which is why
 * production requires another place.
 *
 * @returns the PKCS#8 PEM, and whether it was made just now
 */
export async function keptSigningKey(dataDir: string): Promise<{ pem: string; path: string; made: boolean }> {
  const path = join(dataDir, SIGNING_KEY_FILE);
  const { text: pem, made } = await keptFile(path, () =>
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  return { pem, path, made };
}

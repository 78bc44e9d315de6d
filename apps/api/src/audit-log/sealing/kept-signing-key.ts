import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const SIGNING_KEY_FILE = 'audit-signing-key.pem';

/**
 * The key of a server that was given none: made once, and kept in its `DATA_DIR`, for its owner's eyes. It lies on the machine
 * that it is to testify against, which is why production asks for a better place.
 *
 * @returns the PKCS#8 PEM, and whether it was made just now
 */
export async function keptSigningKey(dataDir: string): Promise<{ pem: string; path: string; made: boolean }> {
  const path = join(dataDir, SIGNING_KEY_FILE);
  const kept = await read(path);
  if (kept !== undefined) return { pem: kept, path, made: false };

  await mkdir(dataDir, { recursive: true });
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  // Whole before it has its name, and never in place of one that another process has just made.
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, pem, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, path);
    return { pem, path, made: true };
  } catch (error) {
    const other = await read(path);
    if (other === undefined) throw error;
    return { pem: other, path, made: false };
  } finally {
    await unlink(draft);
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT')
      return undefined;
    throw error;
  }
}

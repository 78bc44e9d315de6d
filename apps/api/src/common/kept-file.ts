import { randomUUID } from 'node:crypto';
import { link, lstat, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Returns the text of a secret file, and creates the file with mode 0600 if it does not exist. If several processes
 * create it at once, one wins, and all read the same text.
 *
 * @returns the text, and whether this call created it
 */
export async function keptFile(path: string, make: () => string): Promise<{ text: string; made: boolean }> {
  const kept = await read(path);
  if (kept !== undefined) return { text: kept, made: false };

  await mkdir(dirname(path), { recursive: true });
  const text = make();
  // The file is complete before it gets its name, and never replaces one that another process has just created.
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, path);
    return { text, made: true };
  } catch (error) {
    const other = await read(path);
    if (other === undefined) throw error;
    return { text: other, made: false };
  } finally {
    await unlink(draft);
  }
}

/**
 * Whether there is no file of that name. A dangling link counts as a file, and so does a path that cannot be examined.
 */
export async function isAbsent(path: string): Promise<boolean> {
  return await lstat(path).then(() => false, hasNoEntry);
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasNoEntry(error)) return undefined;
    throw error;
  }
}

function hasNoEntry(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { access, rename, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { UsageError } from '../exit-codes.js';
import { whyNoFile } from './key-file.js';
import { unfinished } from './unfinished.js';

/**
 * Writes a new file. It has its name only when it is complete, so a file that broke off is not taken for a whole one.
 *
 * @throws UsageError if there is such a file, or it cannot be made
 */
export async function saveNew(
  path: string,
  fill: (write: (part: string | Uint8Array) => Promise<void>) => Promise<void>,
): Promise<void> {
  if (path === '' || path === '-') throw new UsageError('--output must be the name of a new file.');
  if (await exists(path)) throw new UsageError(`${path} exists already, and is not overwritten.`);
  const part = `${path}.${randomUUID()}.part`;
  const stream = createWriteStream(part, { flags: 'wx', mode: 0o600 });
  try {
    await once(stream, 'open');
  } catch (error) {
    throw new UsageError(whyNoFile(path, error));
  }
  const finish = unfinished(part);
  const done = finished(stream);
  // The error is thrown where it is waited for.
  done.catch(() => undefined);
  try {
    await fill(async (piece) => {
      if (stream.write(piece)) return;
      await Promise.race([once(stream, 'drain'), done]);
    });
    stream.end();
    await done;
    await rename(part, path);
  } catch (error) {
    stream.destroy();
    await rm(part, { force: true });
    throw error;
  } finally {
    finish();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

import { randomUUID } from 'node:crypto';
import { open, readFile, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Where a key is kept, so that the client can replace it. */
export interface KeyStore {
  /** Called for each request, so that a new key needs no restart. */
  read(): string | Promise<string>;
  /**
   * Stores the key that `issue` returns. It prepares all it can before it calls `issue`, because a key that cannot be stored is lost.
   */
  replace(issue: () => Promise<string>): Promise<void>;
}

/** The key itself, a function that returns it, or its {@link KeyStore}. Only a key with a store is replaced before it ends. */
export type Key = string | (() => string | Promise<string>) | KeyStore;

/** A key in a file. The client replaces it in one step, readable for the owner alone. */
export function keyFile(path: string): KeyStore {
  return {
    read: () => readFile(path, 'utf8'),
    replace: async (issue) => {
      // The file may be a link to one that several programs share.
      const target = await realpath(path);
      const next = join(dirname(target), `.${basename(target)}-${randomUUID()}`);
      const file = await open(next, 'wx', 0o600);
      try {
        await file.writeFile(`${await issue()}\n`);
        await file.sync();
        await file.close();
        await rename(next, target);
      } catch (error) {
        await file.close();
        await rm(next, { force: true });
        throw error;
      }
    },
  };
}

/** A text is no key. The message never has the text. */
export class InvalidKeyError extends Error {
  override readonly name = 'InvalidKeyError';
}

/** @throws InvalidKeyError */
export async function readKey(key: Key): Promise<string> {
  const text = typeof key === 'string' ? key : typeof key === 'function' ? await key() : await key.read();
  const trimmed = text.trim();
  if (trimmed === '') throw new InvalidKeyError('the key is empty');
  // A header with other characters would be refused with a message that repeats it.
  if (!/^[\x21-\x7e]+$/.test(trimmed)) {
    throw new InvalidKeyError('the key has a character that no key has: is it cut off, are there two?');
  }
  return trimmed;
}

import { link, lstat, open, readFile, rm } from 'node:fs/promises';

/** The first admin key cannot be written to its file. The message says what to do. */
export class KeyFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'KeyFileError';
  }
}

/**
 * A file with a key for one reader. It has mode 0600 and never replaces another file. The key is first in
 * `<path>.pending`, until its operator is stored.
 */
export class KeyFile {
  private readonly pending: string;

  constructor(private readonly path: string) {
    this.pending = `${path}.pending`;
  }

  /** Returns the key that a start which died has left; empty if it died while writing. */
  async readPending(): Promise<string | undefined> {
    try {
      const text = (await readFile(this.pending, 'utf8')).trim();
      if (text === '' || text.startsWith('cro_')) return text;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw this.unusable(error);
    }
    throw new KeyFileError(`${this.pending} exists and contains no key; move it, then start again`);
  }

  async discardPending(): Promise<void> {
    await rm(this.pending, { force: true });
  }

  /** @throws KeyFileError also if the final file exists: nothing is created yet, so fail now and not later */
  async writePending(key: string): Promise<void> {
    if (await exists(this.path)) {
      throw new KeyFileError(
        `BOOTSTRAP_ADMIN_KEY_FILE: ${this.path} already exists and is not overwritten, but this database has no operator yet; ` +
          'move the file, then start again',
      );
    }
    try {
      const file = await open(this.pending, 'wx', 0o600);
      try {
        await file.writeFile(`${key}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      throw this.unusable(error);
    }
  }

  /** Gives the pending file its final name, and returns the line that says where the key is. */
  async publish(): Promise<string> {
    try {
      // Unlike a rename, a link never replaces a file.
      await link(this.pending, this.path);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || !(await this.isPublished())) {
        return `The first admin key is in ${this.pending} (it could not be linked to ${this.path}: ${codeOf(error)})`;
      }
    }
    await rm(this.pending, { force: true });
    return `The first admin key is in ${this.path}`;
  }

  private async isPublished(): Promise<boolean> {
    const [pending, published] = await Promise.all([lstat(this.pending), lstat(this.path)]);
    return pending.ino === published.ino && pending.dev === published.dev;
  }

  private unusable(error: unknown): KeyFileError {
    return new KeyFileError(`BOOTSTRAP_ADMIN_KEY_FILE: ${this.pending} cannot be used: ${codeOf(error)}`);
  }
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    (error: unknown) => codeOf(error) !== 'ENOENT',
  );
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
}

import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PART = Buffer.alloc(65_536);

/** A file system in memory that a test can fill. Only root may mount it. */
export class SmallDisk {
  private constructor(readonly path: string) {}

  static async of(megabytes: number): Promise<SmallDisk> {
    const path = await mkdtemp(join(tmpdir(), 'registry-disk-'));
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', path]);
    return new SmallDisk(path);
  }

  /** Takes every free byte. */
  async fill(): Promise<void> {
    const file = await open(this.ballast, 'a');
    try {
      for (let size = PART.length; size >= 1; ) {
        try {
          await file.appendFile(PART.subarray(0, size));
        } catch (error) {
          if (Reflect.get(Object(error), 'code') !== 'ENOSPC') throw error;
          size = Math.floor(size / 2);
        }
      }
    } finally {
      await file.close();
    }
  }

  async free(): Promise<void> {
    await rm(this.ballast);
  }

  async remove(): Promise<void> {
    await run('umount', [this.path]);
    await rm(this.path, { recursive: true });
  }

  private get ballast(): string {
    return join(this.path, 'ballast');
  }
}

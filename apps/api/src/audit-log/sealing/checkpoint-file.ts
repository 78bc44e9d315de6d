import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type PublishedCheckpoint, parseCheckpointLine } from '../../audit-proof/checkpoint-line.js';
import { isAbsent } from '../../common/kept-file.js';

/** File name in `DATA_DIR`. */
export const CHECKPOINTS_FILE = 'audit-checkpoints.ndjson';

/** Longer than any line. */
const TAIL_BYTES = 65_536;
const NEWLINE = 0x0a;

/** The last line of the file was not written by this sealer. */
export class DamagedCheckpointFileError extends Error {
  override readonly name = 'DamagedCheckpointFileError';
}

/**
 * All checkpoints from the first on, one JSON line each, so that they can be copied to another machine as they are
 * written. It is also this machine's own record of what was published, which an attacker with only database access
 * cannot change.
 */
export class CheckpointFile {
  /** the end of the file, as far as this process knows; another process may write to it too */
  private known: { size: number; last: PublishedCheckpoint | undefined } | undefined;

  constructor(readonly path: string) {}

  /**
   * The last complete line; undefined if there is no file.
   *
   * @throws DamagedCheckpointFileError
   * @throws Error if the file cannot be read
   */
  async last(): Promise<PublishedCheckpoint | undefined> {
    try {
      return await this.with('r', async (file) => (await this.end(file)).last);
    } catch (error) {
      if (await isAbsent(this.path)) return undefined;
      throw error;
    }
  }

  /**
   * Appends only the checkpoints after the last line. Existing lines stay unchanged. A gap is an error, except at a
   * continuation.
   */
  async append(checkpoints: readonly PublishedCheckpoint[]): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    await this.with('a+', async (file) => {
      const { size, last } = await this.end(file, (end) => file.truncate(end));
      const next = last === undefined ? 0 : last.seq + 1;
      const missing = checkpoints.filter((it) => it.seq >= next);
      const end = missing.at(-1);
      if (end === undefined) return;
      if (missing[0]?.seq !== next && !missing[0]?.note.includes('\ncontinues: ')) {
        throw new Error(`checkpoint ${next} is missing in ${this.path}`);
      }
      const lines = Buffer.from(
        missing.map(({ seq, note }) => `${JSON.stringify({ seq, note })}\n`).join(''),
      );
      this.known = undefined;
      // `write` may write a part, on a disk that is nearly full.
      await file.appendFile(lines);
      this.known = { size: size + lines.length, last: end };
    });
  }

  private async with<T>(flags: 'r' | 'a+', work: (file: FileHandle) => Promise<T>): Promise<T> {
    const file = await open(this.path, flags, 0o644);
    try {
      return await work(file);
    } finally {
      await file.close();
    }
  }

  /** @param cut called with the end of the last complete line if more bytes follow it */
  private async end(
    file: FileHandle,
    cut?: (end: number) => Promise<void>,
  ): Promise<{ size: number; last: PublishedCheckpoint | undefined }> {
    const { size } = await file.stat();
    if (this.known?.size === size) return this.known;
    const from = Math.max(size - TAIL_BYTES, 0);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    const bytes = buffer.subarray(0, bytesRead);
    const whole = bytes.lastIndexOf(NEWLINE) + 1;
    if (whole < bytes.length) await cut?.(from + whole);
    const text = bytes.subarray(0, whole).toString('utf8');
    this.known = { size: from + whole, last: text === '' ? undefined : this.parse(lastLineOf(text)) };
    return this.known;
  }

  private parse(line: string): PublishedCheckpoint {
    const checkpoint = parseCheckpointLine(line);
    if (checkpoint !== undefined) return checkpoint;
    throw new DamagedCheckpointFileError(`the last line of ${this.path} is not a checkpoint`);
  }
}

function lastLineOf(text: string): string {
  const lines = text.slice(0, -1);
  return lines.slice(lines.lastIndexOf('\n') + 1);
}

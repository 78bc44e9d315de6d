import { open, stat } from 'node:fs/promises';
import { parseCheckpointLine } from '../sealing/checkpoint-file.js';
import type { KeptCheckpoint } from './checkpoint-check.js';
import type { Findings } from './finding.js';

const CHUNK_BYTES = 262_144;
const NEWLINE = 0x0a;

/**
 * The whole lines of a file, in batches of about 256 KiB, each in memory of its own, without the newline at the end of each batch.
 *
 * @param until byte at which the file is taken to end
 * @param torn called where the last line has no newline: what follows it has not been written, or was cut off
 */
export async function* lineBatches(
  path: string,
  until = Number.POSITIVE_INFINITY,
  torn?: () => void,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const file = await open(path, 'r');
  try {
    let rest: Uint8Array = new Uint8Array(0);
    for (let at = 0; at < until; ) {
      const wanted = Math.min(CHUNK_BYTES, until - at);
      const batch = new Uint8Array(rest.length + wanted);
      batch.set(rest);
      const { bytesRead } = await file.read(batch, rest.length, wanted, at);
      if (bytesRead === 0) break;
      at += bytesRead;
      const read = batch.subarray(0, rest.length + bytesRead);
      const end = read.lastIndexOf(NEWLINE);
      // copied, for who takes the batch may take its memory
      rest = read.slice(end + 1);
      if (end !== -1) yield read.subarray(0, end);
    }
    if (rest.length > 0) torn?.();
  } finally {
    await file.close();
  }
}

/** How long a file is now; what is appended later is not read. */
export async function sizeOf(path: string): Promise<number> {
  return (await stat(path)).size;
}

/** The lines that `CheckpointFile` writes. One that cannot be read was not written by it. */
export async function* checkpointsOf(
  path: string,
  findings: Findings,
  until?: number,
): AsyncGenerator<KeptCheckpoint> {
  let line = 0;
  for await (const batch of lineBatches(path, until)) {
    for (const text of Buffer.from(batch.buffer, batch.byteOffset, batch.length)
      .toString('utf8')
      .split('\n')) {
      line += 1;
      const checkpoint = parseCheckpointLine(text);
      if (checkpoint === undefined)
        findings.add('checkpoint forged', `line ${line} of ${path} is no checkpoint`);
      else yield checkpoint;
    }
  }
}

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { parseCheckpointLine } from '../sealing/checkpoint-file.js';
import { BATCH_BYTES, batchesOf } from './batches.js';
import type { KeptCheckpoint } from './checkpoint-check.js';
import type { Findings } from './finding.js';
import { wholeLines } from './record-line.js';

/** The bytes of a file. @param until where it is taken to end; what is appended later is not read */
export async function* bytesOf(path: string, until = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array> {
  if (until > 0) yield* createReadStream(path, { end: until - 1, highWaterMark: BATCH_BYTES });
}

/** How long a file is now. */
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
  for await (const batch of batchesOf(bytesOf(path, until), wholeLines)) {
    for (const text of Buffer.from(batch.buffer, batch.byteOffset, batch.length - 1)
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

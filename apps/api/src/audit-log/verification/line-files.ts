import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { DamagedExportError } from '../proof/proof.errors.js';
import { parseCheckpointLine } from '../sealing/checkpoint-file.js';
import { BATCH_BYTES, batchesOf } from './batches.js';
import type { KeptCheckpoint } from './checkpoint-check.js';
import type { Findings } from './finding.js';
import { wholeLines } from './record-line.js';

const BYTE_ORDER_MARK = Buffer.from('\ufeff');
const NEWLINE = 0x0a;
const RETURN = 0x0d;
/** Checkpoints that are remembered, to know them again. */
const MOST_REMEMBERED = 10_000;

/** The bytes of a file. @param until where it is taken to end; what is appended later is not read */
export async function* bytesOf(path: string, until = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array> {
  if (until > 0) yield* createReadStream(path, { end: until - 1, highWaterMark: BATCH_BYTES });
}

/** How long a file is now. */
export async function sizeOf(path: string): Promise<number> {
  return (await stat(path)).size;
}

/** Whether it is a line that lacks nothing but its newline. */
export function isWholeLine(bytes: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(bytes).toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/**
 * Of an export that something took for text on its way here, every line would be found edited.
 *
 * @throws DamagedExportError where that is so
 */
export async function requireUntouched(path: string): Promise<void> {
  let before: number | undefined;
  for await (const piece of bytesOf(path)) {
    const bytes = Buffer.from(piece);
    if (before === undefined && bytes.indexOf(BYTE_ORDER_MARK) === 0) {
      throw new DamagedExportError(
        `${path} begins with a byte order mark, which no export does: copy it as it is`,
      );
    }
    const newline = bytes.indexOf(NEWLINE);
    if (newline !== -1) {
      if ((newline === 0 ? before : bytes[newline - 1]) !== RETURN) return;
      throw new DamagedExportError(
        `the lines of ${path} end in CR LF, where an export has LF: copy it as it is`,
      );
    }
    before = bytes.at(-1);
  }
}

/** The lines that `CheckpointFile` writes. One that cannot be read was not written by it; one that was shipped twice stands for itself. */
export async function* checkpointsOf(
  path: string,
  findings: Findings,
  until?: number,
): AsyncGenerator<KeptCheckpoint> {
  const remembered = new Map<number, string>();
  let line = 0;
  for await (const batch of batchesOf(bytesOf(path, until), wholeLines, isWholeLine)) {
    for (const text of linesOf(batch)) {
      line += 1;
      const checkpoint = parseCheckpointLine(line === 1 ? text.replace(/^\ufeff/, '') : text);
      if (checkpoint === undefined) {
        findings.add('checkpoint forged', `line ${line} of ${path} is no checkpoint`);
      } else if (remembered.get(checkpoint.seq) !== checkpoint.note) {
        yield checkpoint;
        remembered.set(checkpoint.seq, checkpoint.note);
        remembered.delete(checkpoint.seq - MOST_REMEMBERED);
      }
    }
  }
}

function linesOf(batch: Uint8Array): string[] {
  const lines = Buffer.from(batch.buffer, batch.byteOffset, batch.length).toString('utf8').split('\n');
  // What follows the last newline.
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

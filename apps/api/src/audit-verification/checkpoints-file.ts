import { type PublishedCheckpoint, parseCheckpointLine } from '../audit-proof/checkpoint-line.js';
import { wholeLines } from '../audit-proof/export-line.js';
import { DamagedExportError } from '../audit-proof/proof.errors.js';
import { batchesOf } from './batches.js';
import type { CheckpointSource, KeptCheckpoint } from './checkpoint-check.js';
import type { Findings } from './finding.js';
import { bytesOf, isWholeLine, lineBound, linesOf, sizeOf } from './line-files.js';

/** Enough for a page of `GET /audit-log/checkpoints`, which has a hundred checkpoints. */
const MAX_LINE_BYTES = 1_048_576;
/** A file that is not in the order of `seq` is sorted in memory up to this size: half a million checkpoints. */
const MAX_SORTED_BYTES = 268_435_456;

/**
 * The checkpoints in a file: lines as `CheckpointFile` writes them, or pages of `GET /audit-log/checkpoints`. Any order
 * and duplicates are allowed.
 *
 * @param until the end of the file; bytes that are appended later are not read
 * @throws DamagedExportError for a large file that is not in the order of `seq`
 */
export async function checkpointsFile(
  path: string,
  findings: Findings,
  until?: number,
): Promise<CheckpointSource> {
  const bytes = Math.min(await sizeOf(path), until ?? Number.POSITIVE_INFINITY);
  const printed = bytes <= MAX_SORTED_BYTES ? await prettyPrinted(path, bytes) : undefined;
  if (printed !== undefined) return { all: inOrder(printed), continuations: printed.filter(isContinuation) };

  const continuations: KeptCheckpoint[] = [];
  let isAscending = true;
  let last = -1;
  for await (const checkpoint of linesIn(path, bytes, findings)) {
    isAscending &&= checkpoint.seq > last;
    last = checkpoint.seq;
    if (isContinuation(checkpoint)) continuations.push(checkpoint);
  }
  if (isAscending) return { all: linesIn(path, bytes), continuations };
  if (bytes > MAX_SORTED_BYTES) {
    throw new DamagedExportError(
      `the checkpoints in ${path} are not in the order of their seq, and too many to be sorted here: sort the lines by seq first`,
    );
  }
  return { all: sorted(path, bytes), continuations };
}

async function* sorted(path: string, bytes: number): AsyncGenerator<KeptCheckpoint> {
  const all: PublishedCheckpoint[] = [];
  for await (const it of linesIn(path, bytes)) all.push(it);
  yield* inOrder(all);
}

/** Sorted by number. Identical duplicates count once; two different checkpoints of one number are both passed on. */
async function* inOrder(all: readonly PublishedCheckpoint[]): AsyncGenerator<KeptCheckpoint> {
  let seq = -1;
  let notes = new Set<string>();
  for (const it of all.toSorted((one, other) => one.seq - other.seq)) {
    if (it.seq !== seq) notes = new Set();
    seq = it.seq;
    if (!notes.has(it.note)) yield it;
    notes.add(it.note);
  }
}

/** @param findings receives the lines that are not checkpoints */
async function* linesIn(
  path: string,
  bytes: number,
  findings?: Findings,
): AsyncGenerator<PublishedCheckpoint> {
  let line = 0;
  const tooLong = () => findings?.add('checkpoint forged', `a line of ${path} is too long for a checkpoint`);
  const bound = lineBound(MAX_LINE_BYTES, tooLong);
  for await (const batch of batchesOf(bytesOf(path, bytes), wholeLines, isWholeLine, bound)) {
    for (const text of linesOf(batch)) {
      line += 1;
      const found = parsed(line === 1 ? text.replace(/^\ufeff/, '') : text);
      if (found === undefined) {
        findings?.add('checkpoint forged', `line ${line} of ${path} is not a checkpoint`);
      } else yield* found;
    }
  }
}

function parsed(text: string): PublishedCheckpoint[] | undefined {
  const one = parseCheckpointLine(text);
  return one === undefined ? pageIn(text) : [one];
}

/** The checkpoints of a page `{ items, nextCursor }` or of an array; undefined for anything else. */
function pageIn(text: string): PublishedCheckpoint[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const items = typeof value === 'object' && value !== null && 'items' in value ? value.items : value;
  if (!Array.isArray(items)) return undefined;
  const found = items.map((it) => parseCheckpointLine(JSON.stringify(it)));
  return found.every((it) => it !== undefined) ? found : undefined;
}

/** The checkpoints of a file that is one JSON text over several lines. */
async function prettyPrinted(path: string, bytes: number): Promise<PublishedCheckpoint[] | undefined> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytesOf(path, bytes)) {
    // If the first line is complete JSON, the file is no such text. So for nearly every file only one piece is read.
    if (pieces.length === 0 && !/^\ufeff?[[{]\s*\r?\n/.test(Buffer.from(piece).toString('utf8')))
      return undefined;
    pieces.push(piece);
  }
  return pageIn(
    Buffer.concat(pieces)
      .toString('utf8')
      .replace(/^\ufeff/, ''),
  );
}

function isContinuation({ note }: PublishedCheckpoint): boolean {
  return note.includes('\ncontinues: ');
}

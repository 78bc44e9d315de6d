import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type ExportHeader, isExportHeader, parseExportHeader } from '../audit-proof/export-header.js';
import { DamagedExportError } from '../audit-proof/proof.errors.js';
import { BATCH_BYTES, type RecordBound } from './batches.js';

const BYTE_ORDER_MARK = Buffer.from('\ufeff');
const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * The bytes of a file.
 *
 * @param until the end of the file; bytes that are appended later are not read
 */
export async function* bytesOf(
  path: string,
  until = Number.POSITIVE_INFINITY,
  from = 0,
): AsyncGenerator<Uint8Array> {
  if (until > from)
    yield* createReadStream(path, { start: from, end: until - 1, highWaterMark: BATCH_BYTES });
}

/** The current size of a file, in bytes. */
export async function sizeOf(path: string): Promise<number> {
  return (await stat(path)).size;
}

/** Whether it is a complete line that only lacks its newline. */
export function isWholeLine(bytes: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(bytes).toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/**
 * Checks that no program has converted the export as text. In such an export, every line would look edited.
 *
 * @throws DamagedExportError if it was converted
 */
export async function requireUntouched(path: string): Promise<void> {
  let before: number | undefined;
  for await (const piece of bytesOf(path)) {
    const bytes = Buffer.from(piece);
    if (before === undefined && bytes.indexOf(BYTE_ORDER_MARK) === 0) {
      throw new DamagedExportError(
        `${path} begins with a byte order mark, and an export does not: copy the file unchanged`,
      );
    }
    const newline = bytes.indexOf(NEWLINE);
    if (newline !== -1) {
      if ((newline === 0 ? before : bytes[newline - 1]) !== RETURN) return;
      throw new DamagedExportError(`the lines of ${path} end in CR LF, not in LF: copy the file unchanged`);
    }
    before = bytes.at(-1);
  }
}

/** The beginning of a record. The exports of older servers have no header line. */
const RECORD = '{"id":"';
/** Maximum size of the first line, in bytes. */
const MAX_HEADER_BYTES = 65_536;

/**
 * The header in the first line of an export, and where the records begin.
 *
 * @throws DamagedExportError if the file does not begin like an export; it may be another file, such as a saved error
 */
export async function headerOf(path: string): Promise<{ header: ExportHeader | undefined; begin: number }> {
  for await (const piece of bytesOf(path, MAX_HEADER_BYTES)) {
    const bytes = Buffer.from(piece);
    const end = bytes.indexOf(NEWLINE);
    const line = bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
    if (line.startsWith(RECORD)) return { header: undefined, begin: 0 };
    if (!isExportHeader(line)) break;
    const header = parseExportHeader(line);
    if (header !== undefined && end !== -1) return { header, begin: end + 1 };
    throw new DamagedExportError(`the first line of ${path} does not have the form that this server writes`);
  }
  throw new DamagedExportError(
    `${path} is not an export of this server: it does not begin like GET /audit-log/export?format=ndjson`,
  );
}

/** Longer lines are left out and reported. */
export function lineBound(most: number, tooLong: (beginning: string) => void): RecordBound {
  return {
    most,
    tooLong: (beginning) => tooLong(Buffer.from(beginning).toString('utf8')),
    endOf: (bytes) => bytes.indexOf(NEWLINE) + 1 || -1,
  };
}

export function linesOf(batch: Uint8Array): string[] {
  const lines = Buffer.from(batch.buffer, batch.byteOffset, batch.length).toString('utf8').split('\n');
  // The text after the last newline.
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

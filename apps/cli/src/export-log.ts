import { type OperatorClient, type paths, unwrap } from '@coordinator-registry/client';
import { BrokenOffError } from './exit-codes.js';
import { exportProgress } from './output/export-progress.js';
import { saveNew } from './output/save.js';

export const FORMATS = ['ndjson', 'csv', 'ocsf'] as const;

type ExportQuery = NonNullable<paths['/audit-log/export']['get']['parameters']['query']>;

const NEWLINE = 0x0a;
const QUOTE = 0x22;
/** The server sends a page in well under this time. */
const SILENCE_MS = 60_000;

/**
 * Saves an export of the log. An answer that breaks off leaves no file.
 *
 * @returns the number of records in the file
 * @throws ProblemError among others `exports-limited`
 * @throws BrokenOffError
 */
export async function exportLog(operator: OperatorClient, query: ExportQuery, path: string): Promise<number> {
  // The first line of CSV has the names of the columns, that of NDJSON says what the export covers.
  const headers = query.format === 'ocsf' ? 0 : 1;
  const progress = await exportProgress(query);
  const isCsv = query.format === 'csv';
  let lines = 0;
  let isQuoted = false;
  try {
    await saveNew(path, async (write) => {
      const body = await unwrap(operator.GET('/audit-log/export', { params: { query }, parseAs: 'stream' }));
      if (body === null) return;
      for await (const part of partsOf(body)) {
        for (const byte of part) {
          // A text in CSV may have lines of its own (RFC 4180).
          if (isCsv && byte === QUOTE) isQuoted = !isQuoted;
          if (byte === NEWLINE && !isQuoted) lines += 1;
        }
        progress.show(lines - headers, part);
        await write(part);
      }
    });
  } finally {
    progress.stop();
  }
  return Math.max(0, lines - headers);
}

/** @throws BrokenOffError if the answer does not come to its end, or nothing of it comes for a minute */
async function* partsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (;;) {
    let isSilent = false;
    const silence = setTimeout(() => {
      isSilent = true;
      reader.cancel().catch(() => undefined);
    }, SILENCE_MS);
    let part: Awaited<ReturnType<typeof reader.read>>;
    try {
      part = await reader.read();
    } catch (error) {
      throw brokenOff(error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(silence);
    }
    if (isSilent) throw brokenOff('nothing came for a minute');
    if (part.done) return;
    yield part.value;
  }
}

function brokenOff(reason: string): BrokenOffError {
  return new BrokenOffError(`The export broke off (${reason}), and nothing was saved.`);
}

import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * After each page an export pauses for this multiple of the page's duration, so that requests can use Postgres and this
 * process.
 */
const REST = 2;
const MAX_REST_MS = 1_000;

/** {@link takenInTime}, with a pause after each page. */
export function paced(pages: AsyncIterable<string>, withinMs: number): Readable {
  return takenInTime(rested(pages), withinMs);
}

/**
 * A stream of pages that reads the next page only after the previous one has been taken. A reader that takes longer
 * than `withinMs` for one page is cut off, because it would occupy a session and the memory of a page.
 */
export function takenInTime(pages: AsyncIterable<string>, withinMs: number): Readable {
  const stream = Readable.from(
    watched(pages, withinMs, () => {
      stream.destroy(new SlowReaderError(withinMs));
    }),
    { objectMode: false },
  );
  return stream;
}

export class SlowReaderError extends Error {
  constructor(withinMs: number) {
    super(`the reader took longer than ${withinMs / 1_000} s for one page`);
    this.name = 'SlowReaderError';
  }
}

async function* rested(pages: AsyncIterable<string>): AsyncGenerator<string> {
  let asked = performance.now();
  for await (const page of pages) {
    const tookMs = performance.now() - asked;
    yield page;
    await sleep(Math.min(tookMs * REST, MAX_REST_MS));
    asked = performance.now();
  }
}

async function* watched(
  pages: AsyncIterable<string>,
  withinMs: number,
  onLate: () => void,
): AsyncGenerator<string> {
  for await (const page of pages) {
    const late = setTimeout(onLate, withinMs);
    late.unref();
    try {
      yield page;
    } finally {
      clearTimeout(late);
    }
  }
}

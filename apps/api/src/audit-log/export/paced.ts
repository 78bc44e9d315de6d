import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** After each page an export rests for so many times as long as the page took, and leaves Postgres and this process to requests. */
const REST = 2;
const MAX_REST_MS = 1_000;

/**
 * A stream of pages that asks for the next page only when the last one has been taken. A reader that takes longer than `withinMs` for one
 * page is cut off, since it holds a session's turn and the memory of a page for as long as it likes.
 */
export function paced(pages: AsyncIterable<string>, withinMs: number): Readable {
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

async function* watched(
  pages: AsyncIterable<string>,
  withinMs: number,
  onLate: () => void,
): AsyncGenerator<string> {
  let asked = performance.now();
  for await (const page of pages) {
    const tookMs = performance.now() - asked;
    const late = setTimeout(onLate, withinMs);
    late.unref();
    try {
      yield page;
    } finally {
      clearTimeout(late);
    }
    await sleep(Math.min(tookMs * REST, MAX_REST_MS));
    asked = performance.now();
  }
}

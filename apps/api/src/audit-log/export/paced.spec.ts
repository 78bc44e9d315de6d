import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { paced, SlowReaderError } from './paced.js';

const PAGE = 'x'.repeat(200_000);

/** Pages without end, of which it counts those that were asked for, and notes when no more are asked for. */
function pages() {
  const asked = { count: 0, ended: false };
  async function* made(): AsyncGenerator<string> {
    try {
      for (;;) {
        asked.count += 1;
        yield PAGE;
      }
    } finally {
      asked.ended = true;
    }
  }
  return { asked, made: made() };
}

describe('paced', () => {
  it('reads no further page from its source, and fails, while the reader takes none', async () => {
    const { asked, made } = pages();
    const stream = paced(made, 50);
    // It has room for less than a page, and is not read.
    stream.pipe(new PassThrough());
    const [error] = await once(stream, 'error');
    expect(error).toBeInstanceOf(SlowReaderError);
    // One is written, one waits.
    expect(asked).toEqual({ count: 2, ended: true });
    expect(stream.destroyed).toBe(true);
  });

  it('continues as long as the reader takes each page in time', async () => {
    const { asked, made } = pages();
    const stream = paced(made, 60_000);
    let taken = 0;
    const reader = new Writable({
      write(chunk, _, done) {
        taken += chunk.length;
        if (taken > 50 * PAGE.length) stream.destroy();
        setImmediate(done);
      },
    });
    stream.pipe(reader);
    await once(stream, 'close');
    expect(asked.ended).toBe(true);
    expect(asked.count).toBeGreaterThanOrEqual(50);
  });

  it('pauses after each page for twice the time of the page', async () => {
    let makingMs = 0;
    async function* made(): AsyncGenerator<string> {
      for (let page = 0; page < 5; page++) {
        const began = performance.now();
        await sleep(20);
        makingMs += performance.now() - began;
        yield 'page';
      }
    }
    const began = performance.now();
    const stream = paced(made(), 60_000).resume();
    await once(stream, 'end');
    expect((performance.now() - began) / makingMs).toBeGreaterThan(2.5);
  });

  it('fails with the error of its source', async () => {
    async function* broken(): AsyncGenerator<string> {
      yield PAGE;
      throw new Error('broken');
    }
    const stream = paced(broken(), 60_000);
    stream.resume();
    const [error] = await once(stream, 'error');
    expect(error).toEqual(new Error('broken'));
  });
});

import type { Verification } from './verification.js';

const PAUSE_MS = 2_000;

/** Writes a line about the progress to the stream, at most every two seconds. */
export function progressOn(stream: { write(text: string): unknown }): Verification['progress'] {
  const began = performance.now();
  let last = began;
  return (step, done, total) => {
    const now = performance.now();
    if (now - last < PAUSE_MS) return;
    last = now;
    const of = total === undefined ? '' : ` of about ${total}`;
    stream.write(`${step}: ${done}${of}, after ${Math.round((now - began) / 1_000)} s\n`);
  };
}

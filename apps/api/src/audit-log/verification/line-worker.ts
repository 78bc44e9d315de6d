import { parentPort } from 'node:worker_threads';
import { type CheckedLines, checkLines } from './line-check.js';
import type { LineAnswer } from './line-checker.js';

// A thread of `LineChecker`: a batch of lines in, what they come to out. Both are handed over, not copied.
parentPort?.on('message', (batch: Uint8Array<ArrayBuffer>) => {
  const answer = answerTo(batch);
  parentPort?.postMessage(answer, 'checked' in answer ? buffersOf(answer.checked) : []);
});

function answerTo(batch: Uint8Array<ArrayBuffer>): LineAnswer {
  try {
    return { checked: checkLines(batch) };
  } catch (error) {
    return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function buffersOf({ leafIndexes, leafHashes, ids, jobs }: CheckedLines): ArrayBuffer[] {
  return [leafIndexes, leafHashes, ids, jobs.ids, jobs.revs, jobs.ended].map(({ buffer }) => buffer);
}

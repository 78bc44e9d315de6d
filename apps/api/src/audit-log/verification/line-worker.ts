import { parentPort } from 'node:worker_threads';
import { checkLines } from './line-check.js';
import type { LineAnswer } from './line-checker.js';

// A thread of `LineChecker`: a batch of lines in, what they come to out.
parentPort?.on('message', (batch: Uint8Array<ArrayBuffer>) => {
  parentPort?.postMessage(answer(batch));
});

function answer(batch: Uint8Array<ArrayBuffer>): LineAnswer {
  try {
    return { checked: checkLines(batch) };
  } catch (error) {
    return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

import { parentPort } from 'node:worker_threads';
import { checkLines } from './line-check.js';
import type { LineAnswer } from './line-checker.js';

// A thread of `LineChecker`: a batch of lines in, what they come to out.
parentPort?.on('message', (text: string) => {
  parentPort?.postMessage(answer(text));
});

function answer(text: string): LineAnswer {
  try {
    return { checked: checkLines(text.split('\n')) };
  } catch (error) {
    return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

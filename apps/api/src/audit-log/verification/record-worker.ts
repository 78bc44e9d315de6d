import { parentPort } from 'node:worker_threads';
import { type CheckedRecords, checkRecords } from './record-check.js';
import type { RecordAnswer, RecordQuestion } from './record-checker.js';

// A thread of `RecordChecker`: a batch of records in, what they come to out. Both are handed over, not copied.
parentPort?.on('message', (question: RecordQuestion) => {
  const answer = answerTo(question);
  parentPort?.postMessage(answer, 'checked' in answer ? buffersOf(answer.checked) : []);
});

function answerTo({ batch, form }: RecordQuestion): RecordAnswer {
  try {
    return { checked: checkRecords(batch, form) };
  } catch (error) {
    return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function buffersOf({ leafIndexes, leafHashes, ids, jobs }: CheckedRecords): ArrayBuffer[] {
  return [leafIndexes, leafHashes, ids, jobs.ids, jobs.revs, jobs.ended].map(({ buffer }) => buffer);
}

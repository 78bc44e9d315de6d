import { parentPort } from 'node:worker_threads';
import { type VerifiedBatch, verifyBatch } from './batch-verification.js';
import type { WorkerRequest, WorkerResponse } from './worker-pool.js';

// A thread of `WorkerPool`. It receives a batch of records and returns the result. Both are transferred, not copied.
parentPort?.on('message', (question: WorkerRequest) => {
  const answer = answerTo(question);
  parentPort?.postMessage(answer, 'checked' in answer ? buffersOf(answer.checked) : []);
});

function answerTo({ batch, form }: WorkerRequest): WorkerResponse {
  try {
    return { checked: verifyBatch(batch, form) };
  } catch (error) {
    return { failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function buffersOf({ leafIndexes, leafHashes, ids, jobs }: VerifiedBatch): ArrayBuffer[] {
  return [leafIndexes, leafHashes, ids, jobs.ids, jobs.revs, jobs.ended].map(({ buffer }) => buffer);
}

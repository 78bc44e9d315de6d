import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { BatchForm, VerifiedBatch } from './batch-verification.js';

/** More threads would only wait for the reader of the lines. */
const MAX_THREADS = 4;

interface Waiting {
  resolve: (checked: VerifiedBatch) => void;
  reject: (error: Error) => void;
}

interface Thread {
  worker: Worker;
  waiting: Waiting[];
  /** why the thread no longer answers */
  ended: Error | undefined;
}

/** A request to a thread. */
export interface WorkerRequest {
  batch: Uint8Array<ArrayBuffer>;
  form: BatchForm;
}

/** The response of a thread. */
export type WorkerResponse = { checked: VerifiedBatch } | { failed: string };

/** Checks batches of records in separate threads. The results come in the order of the requests. */
export class WorkerPool {
  private readonly threads: Thread[];
  private next = 0;

  constructor(threads = Math.min(availableParallelism(), MAX_THREADS)) {
    this.threads = Array.from({ length: threads }, () => {
      const worker = new Worker(new URL('./worker.js', import.meta.url));
      const waiting: Waiting[] = [];
      const thread: Thread = { worker, waiting, ended: undefined };
      const end = (error: Error) => {
        thread.ended ??= error;
        for (const asked of waiting.splice(0)) asked.reject(error);
      };
      worker.on('message', (answer: WorkerResponse) => {
        const asked = waiting.shift();
        if ('checked' in answer) asked?.resolve(answer.checked);
        else asked?.reject(new Error(answer.failed));
      });
      worker.on('error', end);
      worker.on('exit', () => end(new Error('a worker thread ended')));
      return thread;
    });
  }

  /** @param batch its memory is transferred to the thread */
  check(batch: Uint8Array<ArrayBuffer>, form: BatchForm): Promise<VerifiedBatch> {
    const thread = this.threads[this.next % this.threads.length];
    if (thread === undefined) return Promise.reject(new Error('no thread'));
    this.next += 1;
    // The thread would never answer.
    if (thread.ended !== undefined) return Promise.reject(thread.ended);
    return new Promise((resolve, reject) => {
      thread.waiting.push({ resolve, reject });
      thread.worker.postMessage({ batch, form } satisfies WorkerRequest, [batch.buffer]);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map(({ worker }) => worker.terminate()));
  }
}

/** Keeps only as many concurrent batches as are needed to keep all threads busy. */
export async function* checkedInOrder(
  batches: AsyncIterable<Uint8Array<ArrayBuffer>>,
  form: BatchForm,
  checker: WorkerPool,
  most: number,
): AsyncGenerator<VerifiedBatch> {
  const underWay: Promise<VerifiedBatch>[] = [];
  for await (const batch of batches) {
    const asked = checker.check(batch, form);
    // The consumer gets this error when the batch's turn comes; until then it must not count as unhandled.
    asked.catch(() => undefined);
    underWay.push(asked);
    if (underWay.length > most) yield await first(underWay);
  }
  while (underWay.length > 0) yield await first(underWay);
}

function first(underWay: Promise<VerifiedBatch>[]): Promise<VerifiedBatch> {
  return underWay.shift() ?? Promise.reject(new Error('nothing is under way'));
}

import { OverloadedError } from './keys.errors.js';

interface Waiting {
  rank: number;
  start(): void;
  refuse(reason: OverloadedError): void;
}

/**
 * Runs at most `concurrency` tasks at once and lets at most `longest` wait. The lowest rank comes first, and equal
 * ranks run in the order of arrival. If the queue is full, a task of a lower rank replaces the last one.
 *
 * After each task its place rests for `rest` times the duration of the task: with 4, the queue uses a fifth of the
 * possible time.
 */
export class WorkQueue {
  private running = 0;
  /** ordered by rank */
  private readonly waiting: Waiting[] = [];

  constructor(
    private readonly concurrency: number,
    private readonly longest: number,
    private readonly rest = 0,
  ) {}

  /** @throws OverloadedError if there is no place to wait for a task of this rank */
  assertRoom(rank = 0): void {
    if (this.running < this.concurrency || this.waiting.length < this.longest) return;
    if ((this.waiting.at(-1)?.rank ?? rank) <= rank) throw new OverloadedError();
  }

  /**
   * @param rank 0 comes first
   * @throws OverloadedError there was no place to wait, or a task of a lower rank took it; the task has not begun
   */
  async run<Result>(task: () => Promise<Result>, rank = 0): Promise<Result> {
    this.assertRoom(rank);
    if (this.running < this.concurrency) this.running += 1;
    else await this.turn(rank);
    const from = performance.now();
    try {
      return await task();
    } finally {
      if (this.rest === 0) this.passOn();
      else setTimeout(() => this.passOn(), this.rest * (performance.now() - from)).unref();
    }
  }

  private turn(rank: number): Promise<void> {
    if (this.waiting.length >= this.longest) this.waiting.pop()?.refuse(new OverloadedError());
    return new Promise((start, refuse) => {
      const after = this.waiting.findIndex((it) => it.rank > rank);
      this.waiting.splice(after === -1 ? this.waiting.length : after, 0, { rank, start, refuse });
    });
  }

  /** Passes the place directly to the next task. If the place were freed first, a new task could take it in between. */
  private passOn(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.running -= 1;
    else next.start();
  }
}

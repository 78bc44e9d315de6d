import { OverloadedError } from './keys.errors.js';

interface Waiting {
  rank: number;
  start(): void;
  refuse(reason: OverloadedError): void;
}

/**
 * Runs at most `concurrency` tasks at once and lets at most `longest` wait: the lowest rank first, and equal ranks in the order
 * they came. If the queue is full, a task of a lower rank takes the place of the last one.
 *
 * After each task its place rests for `rest` times as long as the task took: with 4, the queue takes a fifth of what it could.
 */
export class WorkQueue {
  private running = 0;
  /** by rank */
  private readonly waiting: Waiting[] = [];

  constructor(
    private readonly concurrency: number,
    private readonly longest: number,
    private readonly rest = 0,
  ) {}

  /** @throws OverloadedError if a task of this rank would find no place to wait */
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

  /** The place goes to the next in line by hand: were it given free, a newcomer could take it in between. */
  private passOn(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.running -= 1;
    else next.start();
  }
}

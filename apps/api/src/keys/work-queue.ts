import { OverloadedError } from './keys.errors.js';

/**
 * Runs at most `concurrency` tasks at once, in the order they came, and lets at most `longest` wait. After each task its place
 * rests for `rest` times as long as the task took: with 4, the queue takes a fifth of what it could.
 */
export class WorkQueue {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly concurrency: number,
    private readonly longest: number,
    private readonly rest = 0,
  ) {}

  /** @throws OverloadedError when a task that came now would have no place to wait */
  assertRoom(): void {
    if (this.running >= this.concurrency && this.waiting.length >= this.longest) throw new OverloadedError();
  }

  /** @throws OverloadedError at once when too many wait already; the task has not begun then */
  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    this.assertRoom();
    if (this.running < this.concurrency) this.running += 1;
    else await new Promise<void>((start) => this.waiting.push(start));
    const from = performance.now();
    try {
      return await task();
    } finally {
      if (this.rest === 0) this.passOn();
      else setTimeout(() => this.passOn(), this.rest * (performance.now() - from)).unref();
    }
  }

  /** The place goes to the next in line by hand: were it given free, a newcomer could take it in between. */
  private passOn(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.running -= 1;
    else next();
  }
}

import { OverloadedError } from './keys.errors.js';

/** Runs at most `concurrency` tasks at once, in the order they came, and lets at most `longest` wait. */
export class WorkQueue {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly concurrency: number,
    private readonly longest: number,
  ) {}

  /** @throws OverloadedError at once when too many wait already; the task has not begun then */
  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.running < this.concurrency) {
      this.running += 1;
    } else if (this.waiting.length < this.longest) {
      await new Promise<void>((start) => this.waiting.push(start));
    } else {
      throw new OverloadedError();
    }
    try {
      return await task();
    } finally {
      // The place goes to the next in line by hand: were it given free, a newcomer could take it in between.
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }
}

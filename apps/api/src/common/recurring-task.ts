import { Logger } from '@nestjs/common';
import { DomainError } from './problems/domain-error.js';

const logger = new Logger('RecurringTask');

/**
 * A task that a process repeats beside its requests: one run at a time, with a pause after each. A failed run is only
 * logged, because the next run does its work. The task does not keep the process alive.
 */
export class RecurringTask {
  private timer: NodeJS.Timeout | undefined;
  private underWay: Promise<void> | undefined;
  private stopped = false;

  /**
   * @param name for the log, as in "… failed"
   * @param pauseMs from the end of one run to the next; a function is called after each run
   */
  constructor(
    private readonly name: string,
    private readonly pauseMs: number | (() => number),
    private readonly work: () => Promise<unknown>,
  ) {}

  /** The first run comes after a pause. To run now, see {@link run}. */
  start(): void {
    if (this.stopped) return;
    const pause = typeof this.pauseMs === 'number' ? this.pauseMs : this.pauseMs();
    this.timer = setTimeout(() => void this.run().then(() => this.start()), pause);
    this.timer.unref();
  }

  /** Runs now, or waits for the run in progress. Never rejects. */
  run(): Promise<void> {
    this.underWay ??= this.runOnce().finally(() => {
      this.underWay = undefined;
    });
    return this.underWay;
  }

  /** Starts no further run, and resolves when the run in progress has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.underWay;
  }

  private async runOnce(): Promise<void> {
    try {
      await this.work();
    } catch (error) {
      // The probe already logs once that Postgres is unavailable.
      if (error instanceof DomainError && error.code === 'database-unavailable') return;
      logger.error(
        `${this.name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    }
  }
}

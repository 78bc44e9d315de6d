import { Logger } from '@nestjs/common';
import { DomainError } from './problems/domain-error.js';

const logger = new Logger('RecurringTask');

/**
 * What a process does again and again beside its requests: one run at a time, with a pause after each. What a run could not do the
 * next one does, so one that fails is told in the log and no more. It keeps no process alive.
 */
export class RecurringTask {
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<void> | undefined;
  #stopped = false;

  /**
   * @param name for the log, as in "… failed"
   * @param pauseMs from the end of one run to the next; asked for after each, where it is a function
   */
  constructor(
    private readonly name: string,
    private readonly pauseMs: number | (() => number),
    private readonly work: () => Promise<unknown>,
  ) {}

  /** The first run comes after a pause; for one now, see {@link run}. */
  start(): void {
    if (this.#stopped) return;
    const pause = typeof this.pauseMs === 'number' ? this.pauseMs : this.pauseMs();
    this.#timer = setTimeout(() => void this.run().then(() => this.start()), pause);
    this.#timer.unref();
  }

  /** Runs now, or waits for the run that is under way. Never rejects. */
  run(): Promise<void> {
    this.#underWay ??= this.#run().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  /** Starts no further run, and resolves when the one under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#underWay;
  }

  async #run(): Promise<void> {
    try {
      await this.work();
    } catch (error) {
      // That Postgres is away is said once, by the probe.
      if (error instanceof DomainError && error.code === 'database-unavailable') return;
      logger.error(
        `${this.name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    }
  }
}

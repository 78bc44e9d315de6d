import { type BeforeApplicationShutdown, Logger, type OnModuleInit } from '@nestjs/common';
import { RecurringTask } from '../common/recurring-task.js';

const WRITE_EVERY_MS = 60_000;
/** Maximum number of ids noted within one minute. Uses of further ids are not noted until the next minute. */
const MAX_IDS = 100_000;
const IDS_PER_WRITE = 5_000;

/**
 * Stores when keys were used: in memory while requests run, and once a minute in the database, in another table than
 * the keys. If the process is killed, uses not yet written are lost.
 */
export abstract class UseRecorder implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger('UseRecorder');
  /** by id, by the clock of `performance.now()`, which no change of the host's time moves */
  private uses = new Map<string, number>();
  private readonly writing: RecurringTask;

  /** @param what for the log, as in "noting the use of keys" */
  constructor(private readonly what: string) {
    this.writing = new RecurringTask(`noting the use of ${what}`, WRITE_EVERY_MS, () => this.write());
  }

  onModuleInit(): void {
    this.writing.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.writing.stop();
    await this.write();
  }

  /** @param id the id that {@link store} gets */
  note(id: string): void {
    if (this.uses.size < MAX_IDS || this.uses.has(id)) this.uses.set(id, performance.now());
  }

  /** Never throws. Uses that cannot be written stay until the next write. */
  async write(): Promise<void> {
    const uses = [...this.uses];
    this.uses = new Map();
    for (let from = 0; from < uses.length; from += IDS_PER_WRITE) {
      try {
        const now = performance.now();
        await this.store(new Map(uses.slice(from, from + IDS_PER_WRITE).map(([id, at]) => [id, now - at])));
      } catch (error) {
        this.logger.warn(
          `cannot write the last use of ${this.what} now, and will try again: ${String(error)}`,
        );
        for (const [id, at] of uses.slice(from)) {
          if (!this.uses.has(id) && this.uses.size < MAX_IDS) this.uses.set(id, at);
        }
        return;
      }
    }
  }

  /** @param uses by id, how many ms ago it was last used */
  protected abstract store(uses: ReadonlyMap<string, number>): Promise<void>;
}

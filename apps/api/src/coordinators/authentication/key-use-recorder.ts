import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { RecurringTask } from '../../common/recurring-task.js';
import { KeyIdentitiesRepository } from './key-identities.repository.js';

const WRITE_EVERY_MS = 60_000;
/** Maximum number of keys noted within one minute. The use of further keys is not noted until the next minute. */
const MAX_KEYS = 100_000;
const KEYS_PER_WRITE = 5_000;

/**
 * Stores when keys were used: in memory while requests run, and once a minute in the database, in another table than
 * the keys. If the process is killed, uses not yet written are lost.
 */
@Injectable()
export class KeyUseRecorder implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger('KeyUseRecorder');
  /** by key id, in ms since 1970 */
  private uses = new Map<string, number>();
  private readonly writing = new RecurringTask('noting the use of keys', WRITE_EVERY_MS, () => this.write());

  constructor(private readonly keys: KeyIdentitiesRepository) {}

  onModuleInit(): void {
    this.writing.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.writing.stop();
    await this.write();
  }

  note(keyId: string): void {
    if (this.uses.size < MAX_KEYS || this.uses.has(keyId)) this.uses.set(keyId, Date.now());
  }

  /** Never throws. Uses that cannot be written stay until the next write. */
  async write(): Promise<void> {
    const uses = Array.from(this.uses, ([keyId, ms]) => [keyId, new Date(ms)] as const);
    this.uses = new Map();
    for (let from = 0; from < uses.length; from += KEYS_PER_WRITE) {
      try {
        await this.keys.noteUses(new Map(uses.slice(from, from + KEYS_PER_WRITE)));
      } catch (error) {
        this.logger.warn(`cannot write the last use of keys now, and will try again: ${String(error)}`);
        for (const [keyId, time] of uses.slice(from)) {
          if (!this.uses.has(keyId) && this.uses.size < MAX_KEYS) this.uses.set(keyId, time.getTime());
        }
        return;
      }
    }
  }
}

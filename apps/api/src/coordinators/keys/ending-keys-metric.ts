import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Gauge, Registry } from 'prom-client';
import { RecurringTask } from '../../common/recurring-task.js';
import { CoordinatorKeysRepository } from './coordinator-keys.repository.js';

const EVERY_MS = 60_000;
const WITHIN_DAYS = 14;

/** Counts keys that end soon, once a minute, so that a scrape of the metrics reads no database. */
@Injectable()
export class EndingKeysMetric implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly ending: Gauge<'rotated'>;
  private readonly counting = new RecurringTask('counting keys that end soon', EVERY_MS, () => this.read());

  constructor(
    private readonly keys: CoordinatorKeysRepository,
    registry: Registry,
  ) {
    this.ending = new Gauge({
      name: 'coordinator_keys_ending',
      help: `Active keys of coordinators that end within ${WITHIN_DAYS} days; rotated: whether they have a live successor`,
      labelNames: ['rotated'],
      registers: [registry],
    });
  }

  /** The start does not wait for the count. */
  onApplicationBootstrap(): void {
    void this.counting.run();
    this.counting.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.counting.stop();
  }

  /** Never rejects. If it fails, the last count stays, and the next one is a minute later. */
  count(): Promise<void> {
    return this.counting.run();
  }

  private async read(): Promise<void> {
    const { rotated, others } = await this.keys.countEnding(WITHIN_DAYS);
    this.ending.set({ rotated: 'true' }, rotated);
    this.ending.set({ rotated: 'false' }, others);
  }
}

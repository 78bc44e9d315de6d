import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { RecurringTask } from '../common/recurring-task.js';
import { DeliveriesRepository, FORGET_SIZE } from '../jobs/deliveries.repository.js';

const FORGET_EVERY_MS = 3_600_000;

/** Deletes deliveries after 7 days. Runs in every replica. */
@Injectable()
export class DeliverySweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly forgetting = new RecurringTask('forgetting deliveries', FORGET_EVERY_MS, () =>
    this.forget(),
  );

  constructor(private readonly deliveries: DeliveriesRepository) {}

  onApplicationBootstrap(): void {
    this.forgetting.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.forgetting.stop();
  }

  async forget(): Promise<void> {
    while ((await this.deliveries.forget()) === FORGET_SIZE);
  }
}

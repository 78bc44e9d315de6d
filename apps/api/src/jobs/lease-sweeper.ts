import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { RecurringTask } from '../common/recurring-task.js';
import { ExpiredLeasesRepository, RELEASE_SIZE, SWEEP_SIZE } from './expired-leases.repository.js';

/** An attempt ends within 5 s after its lease expires. */
const SWEEP_EVERY_MS = 2_000;
/** A claim can get a job about a second after its `notBefore`. */
const RELEASE_EVERY_MS = 1_000;
const FORGET_EVERY_MS = 3_600_000;

/** Ends attempts whose coordinator no longer reports, and lets claims take jobs that are due. Runs in every replica. */
@Injectable()
export class LeaseSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly tasks = [
    new RecurringTask('taking leases back', SWEEP_EVERY_MS, () => this.sweep()),
    new RecurringTask('releasing jobs that are due', RELEASE_EVERY_MS, () => this.release()),
    new RecurringTask('forgetting idempotency keys', FORGET_EVERY_MS, () => this.forgetKeys()),
  ];

  constructor(private readonly leases: ExpiredLeasesRepository) {}

  onApplicationBootstrap(): void {
    for (const task of this.tasks) task.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.tasks.map((it) => it.stop()));
  }

  /** Ends all attempts whose lease has expired by now. */
  async sweep(): Promise<void> {
    while ((await this.leases.expire()) === SWEEP_SIZE);
  }

  /** Lets claims take all jobs that are due by now. */
  async release(): Promise<void> {
    while ((await this.leases.release()) === RELEASE_SIZE);
  }

  /** Deletes all idempotency keys that have expired by now. */
  async forgetKeys(): Promise<void> {
    while ((await this.leases.forgetKeys()) === SWEEP_SIZE);
  }
}

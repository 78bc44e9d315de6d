import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { RecurringTask } from '../common/recurring-task.js';
import { SessionsRepository, SWEEP_SIZE } from './sessions.repository.js';

const END_EVERY_MS = 60_000;
const FORGET_EVERY_MS = 3_600_000;

/** Records the ends of sessions that have ended by themselves, and deletes their rows a day later. Runs in every replica. */
@Injectable()
export class SessionSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly tasks = [
    new RecurringTask('ending sessions', END_EVERY_MS, () => this.end()),
    new RecurringTask('forgetting sessions', FORGET_EVERY_MS, () => this.forget()),
  ];

  constructor(private readonly sessions: SessionsRepository) {}

  onApplicationBootstrap(): void {
    for (const task of this.tasks) task.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.tasks.map((it) => it.stop()));
  }

  async end(): Promise<void> {
    while ((await this.sessions.endExpired()) === SWEEP_SIZE);
  }

  async forget(): Promise<void> {
    while ((await this.sessions.forget()) === SWEEP_SIZE);
  }
}

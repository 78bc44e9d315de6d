import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DomainError } from '../common/problems/domain-error.js';
import { ExpiredLeasesRepository, SWEEP_SIZE } from './expired-leases.repository.js';

/** An attempt is taken back within 5 s of its lease's end. */
const SWEEP_EVERY_MS = 2_000;
const FORGET_EVERY_MS = 3_600_000;

/** Takes back what a coordinator that fell silent holds. Runs in every replica. */
@Injectable()
export class LeaseSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('LeaseSweeper');
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(private readonly leases: ExpiredLeasesRepository) {}

  onApplicationBootstrap(): void {
    this.#every(SWEEP_EVERY_MS, 'taking leases back', () => this.sweep());
    this.#every(FORGET_EVERY_MS, 'forgetting idempotency keys', () => this.forgetKeys());
  }

  async onModuleDestroy(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#underWay.values());
  }

  /** Takes back all attempts whose lease has run out by now. */
  async sweep(): Promise<void> {
    while ((await this.leases.takeBack()) === SWEEP_SIZE);
  }

  /** Forgets all idempotency keys whose time is over by now. */
  async forgetKeys(): Promise<void> {
    while ((await this.leases.forgetKeys()) === SWEEP_SIZE);
  }

  /** One run of each kind at a time; what a run could not do the next one does. */
  #every(milliseconds: number, what: string, work: () => Promise<void>): void {
    const run = async () => {
      try {
        await work();
      } catch (error) {
        // That Postgres is away is said once, by the probe.
        const away = error instanceof DomainError && error.code === 'database-unavailable';
        if (!away) this.#logger.error(`${what} failed: ${String(error)}`);
      } finally {
        this.#underWay.delete(what);
      }
    };
    const timer = setInterval(() => {
      if (!this.#underWay.has(what)) this.#underWay.set(what, run());
    }, milliseconds);
    timer.unref();
    this.#timers.push(timer);
  }
}

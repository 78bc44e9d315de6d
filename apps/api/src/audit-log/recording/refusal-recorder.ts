import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';
import { RefusalLog, type RefusedRequest } from '../../common/http/refusal-log.js';
import { DomainError, type Refusal } from '../../common/problems/domain-error.js';
import { RecurringTask } from '../../common/recurring-task.js';
import { AuditWriter } from './audit-writer.repository.js';
import { type RefusalRecord, RefusalWindow } from './refusal-window.js';

/** Injection token of the clock: a function that returns milliseconds and never goes backwards. */
export const REFUSAL_CLOCK = Symbol('REFUSAL_CLOCK');

const WINDOW_MS = 60_000;
const MAX_QUEUE_LENGTH = 2_000;
const BATCH = 100;
const RETRY_MS = 5_000;

/**
 * Records refusals after the response, outside the request. The first refusal is recorded at once; repeats are counted
 * per minute. Never throws and never waits. While Postgres is unavailable, a bounded queue keeps the pending records.
 * If the process is killed, counts not yet written are lost.
 */
@Injectable()
export class RefusalRecorder extends RefusalLog implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('RefusalRecorder');
  private readonly window = new RefusalWindow();
  private readonly lost: Counter;
  private windowEndsAt: number;
  private queue: RefusalRecord[] = [];
  private writing: Promise<void> | undefined;
  private failing = false;
  /** Ends a window without new refusals, and retries failed writes. */
  private readonly ticking = new RecurringTask('recording refusals', RETRY_MS, async () => {
    this.endWindow(false);
    this.write();
  });

  constructor(
    private readonly writer: AuditWriter,
    @Inject(REFUSAL_CLOCK) private readonly now: () => number,
    registry: Registry,
  ) {
    super();
    this.windowEndsAt = now() + WINDOW_MS;
    this.lost = new Counter({
      name: 'audit_refusals_lost_total',
      help: 'Refusals that could not be written to the audit log',
      registers: [registry],
    });
  }

  onModuleInit(): void {
    this.ticking.start();
  }

  /** The pool closes in a later phase (`onApplicationShutdown`). */
  async onModuleDestroy(): Promise<void> {
    await this.ticking.stop();
    await this.flush();
  }

  record(refusal: Refusal, who: RefusedRequest): void {
    try {
      this.endWindow(false);
      const first = this.window.add(refusal, who);
      if (first !== undefined) this.enqueue([first]);
    } catch (error) {
      this.lose(1, error);
    }
  }

  /** Ends the current window. Resolves when all its records are written, or when a write has failed for now. */
  async flush(): Promise<void> {
    this.endWindow(true);
    while (this.writing !== undefined) await this.writing;
    this.write();
    await this.writing;
  }

  private endWindow(early: boolean): void {
    const now = this.now();
    if (!early && now < this.windowEndsAt && !this.window.isFull) return;
    this.windowEndsAt = now + WINDOW_MS;
    this.enqueue(this.window.close());
  }

  private enqueue(records: RefusalRecord[]): void {
    const room = Math.max(MAX_QUEUE_LENGTH - this.queue.length, 0);
    this.queue.push(...records.slice(0, room));
    for (const { occurrences } of records.slice(room)) this.lose(occurrences, 'the queue is full');
    this.write();
  }

  private write(): void {
    if (this.queue.length === 0) return;
    this.writing ??= this.drain().finally(() => {
      this.writing = undefined;
    });
  }

  private async drain(): Promise<void> {
    while (this.queue.length > 0) {
      const batch = this.queue.slice(0, BATCH);
      try {
        await this.writer.recordRefusals(batch);
        this.failing = false;
      } catch (error) {
        if (error instanceof DomainError && error.code === 'database-unavailable') {
          // The records stay in the queue. The next refusal or the timer retries.
          this.logFailure('refusals cannot be recorded now', error);
          return;
        }
        for (const { occurrences } of batch) this.lose(occurrences, error);
      }
      this.queue.splice(0, batch.length);
    }
  }

  private lose(occurrences: number, error: unknown): void {
    this.lost.inc(occurrences);
    this.logFailure('refusals were not recorded', error);
  }

  /** Logs once per outage: a flood of refusals must not become a flood of log lines. */
  private logFailure(what: string, error: unknown): void {
    if (this.failing) return;
    this.failing = true;
    this.logger.error(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

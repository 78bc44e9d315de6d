import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { Gauge, Registry } from 'prom-client';
import { SharedQuota } from '../../common/http/shared-quota.js';
import type { Wait } from '../../common/http/wait.js';
import { Waiter } from '../../common/http/waiter.js';
import { RecurringTask } from '../../common/recurring-task.js';
import { FeedRepository } from './feed.repository.js';

/** The pause between two looks at the database. The log is sealed about once a second. */
const LOOK_EVERY_MS = 300;

/** Each may hold about 1 MiB. */
const MAX_FOLLOWERS = 200;
/** So that one caller cannot take all places. */
const MAX_OF_ONE = 20;
const TOO_MANY = { detail: 'Too many feeds are being sent.', retryAfterSeconds: 5 };

/** One feed that is being sent, whether it ends at the newest record or follows. */
export interface Follower {
  /** The records up to here are sent or being sent, or are not for this caller. The next batch begins after it. */
  position: number;
  /** Whether the client is gone, or the server stops. */
  readonly isEnded: boolean;
  /** Resolves once newer records are sealed, the time is over, or the feed has ended. */
  news(withinMs: number): Promise<void>;
  leave(): void;
}

/**
 * Wakes all feeds of this process when records have been sealed. One statement looks for all of them, and none runs
 * while no feed waits (docs/adr/0063).
 */
@Injectable()
export class FeedFollowers implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly waiters = new Map<Follower, Waiter>();
  private readonly places = new SharedQuota(MAX_FOLLOWERS, MAX_OF_ONE, TOO_MANY);
  private readonly looking: RecurringTask;

  constructor(
    private readonly feed: FeedRepository,
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    registry: Registry,
  ) {
    this.looking = new RecurringTask('looking for sealed records', LOOK_EVERY_MS, () => this.look());
    const following = () => this.waiters.size;
    new Gauge({
      name: 'audit_feed_followers',
      help: 'Feeds of the audit log that are being sent',
      registers: [registry],
      collect() {
        this.set(following());
      },
    });
  }

  onApplicationBootstrap(): void {
    this.looking.start();
    const end = () => {
      for (const waiter of this.waiters.values()) waiter.end();
    };
    this.stopping.addEventListener('abort', end, { once: true });
  }

  async onModuleDestroy(): Promise<void> {
    await this.looking.stop();
  }

  get stopping(): AbortSignal {
    return this.host.httpAdapter.getInstance().stopping;
  }

  /** @throws DomainError `overloaded` */
  join(callerId: string, position: number, wait: Wait): Follower {
    this.places.take(callerId);
    const waiter = new Waiter(wait);
    const end = () => waiter.end();
    wait.gone.addEventListener('abort', end, { once: true });
    if (wait.gone.aborted || this.stopping.aborted) end();
    const follower: Follower = {
      position,
      get isEnded() {
        return waiter.isEnded;
      },
      news: async (withinMs) => {
        const timer = setTimeout(() => waiter.wake(), withinMs);
        await waiter.pause();
        clearTimeout(timer);
      },
      leave: () => {
        if (this.waiters.delete(follower)) this.places.giveBack(callerId);
      },
    };
    this.waiters.set(follower, waiter);
    return follower;
  }

  private async look(): Promise<void> {
    const paused = [...this.waiters].filter(([, waiter]) => waiter.isPaused);
    if (paused.length === 0) return;
    const newest = await this.feed.newest();
    for (const [{ position }, waiter] of paused) if (position < newest) waiter.wake();
  }
}

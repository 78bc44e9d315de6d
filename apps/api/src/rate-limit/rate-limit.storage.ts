import type { ThrottlerStorage } from '@nestjs/throttler';
import { type Clock, type Hit, monotonicClock, SlidingWindow } from './sliding-window.js';

/** What the throttler wants to know, and the bucket that {@link RateLimitStorage.giveBack} asks for. */
type Counted = Awaited<ReturnType<ThrottlerStorage['increment']>> & Pick<Hit, 'bucket'>;

/**
 * Where requests are counted: a `ThrottlerStorage` that can also give a place back.
 *
 * It does not count what it refuses. `increment` answers, in the words of `@nestjs/throttler`: `totalHits`, what the
 * window counts now; `timeToExpire`, seconds until it counts nothing; `isBlocked`, refused; `timeToBlockExpire`, seconds until
 * a place is free. Its `blockDuration` and `throttlerName` have no part in a sliding window.
 */
export abstract class RateLimitStorage implements ThrottlerStorage {
  /** @param ttl length of the window in ms */
  abstract increment(key: string, ttl: number, limit: number): Promise<Counted>;
  /** Uncounts a hit that was admitted; nothing waits for it. */
  abstract giveBack(key: string, bucket: number): void;
}

/** Counts in this process's memory. It keeps a window only while it counts something, so idle callers cost nothing. */
export class MemoryRateLimitStorage extends RateLimitStorage {
  /**
   * In the order of the buckets of their latest hits, the longest idle first. A window moves once a bucket and not with every
   * hit: each move leaves a dead entry, and a Map full of them has to be copied again and again.
   */
  private readonly windows = new Map<string, { window: SlidingWindow; bucket: number }>();

  constructor(private readonly clock: Clock = monotonicClock) {
    super();
  }

  get size(): number {
    return this.windows.size;
  }

  override increment(key: string, ttl: number, limit: number): Promise<Counted> {
    const known = this.windows.get(key);
    const window = known?.window ?? this.open(ttl);
    const { admitted, bucket, used, resetSeconds, retryAfterSeconds } = window.hit(limit);
    if (known?.bucket !== bucket) {
      this.windows.delete(key);
      this.windows.set(key, { window, bucket });
    }
    return Promise.resolve({
      totalHits: used,
      timeToExpire: resetSeconds,
      isBlocked: !admitted,
      timeToBlockExpire: retryAfterSeconds,
      bucket,
    });
  }

  override giveBack(key: string, bucket: number): void {
    this.windows.get(key)?.window.takeBack({ bucket });
  }

  /** Each new window takes the place of up to two idle ones, so there are never many more than were in use within a minute. */
  private open(ttl: number): SlidingWindow {
    let looked = 0;
    for (const [key, { window }] of this.windows) {
      if (looked === 2 || !window.isIdle()) break;
      this.windows.delete(key);
      looked += 1;
    }
    return new SlidingWindow(this.clock, ttl);
  }
}

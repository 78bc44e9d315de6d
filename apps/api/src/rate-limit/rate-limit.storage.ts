import type { ThrottlerStorage } from '@nestjs/throttler';
import { type Clock, type Hit, monotonicClock, SlidingWindow } from './sliding-window.js';

/** What the throttler needs, plus the bucket that {@link RateLimitStorage.giveBack} needs. */
type Counted = Awaited<ReturnType<ThrottlerStorage['increment']>> & Pick<Hit, 'bucket'>;

/**
 * Counts requests: a `ThrottlerStorage` that can also give a place back.
 *
 * It does not count requests that it refuses. `increment` returns, in the terms of `@nestjs/throttler`:
 * - `totalHits`: the current count of the window;
 * - `timeToExpire`: seconds until it counts nothing;
 * - `isBlocked`: the request is refused;
 * - `timeToBlockExpire`: seconds until a place is free.
 *
 * A sliding window does not use `blockDuration` and `throttlerName`.
 */
export abstract class RateLimitStorage implements ThrottlerStorage {
  /** @param ttl length of the window in ms */
  abstract increment(key: string, ttl: number, limit: number): Promise<Counted>;
  /** Uncounts an admitted hit. Callers do not wait for it. */
  abstract giveBack(key: string, bucket: number): void;
}

/**
 * Counts in the memory of this process. It keeps a window only while the window counts something, so idle callers use
 * no memory.
 */
export class MemoryRateLimitStorage extends RateLimitStorage {
  /**
   * In the order of the buckets of their latest hits, the longest idle first. A window moves once per bucket and not
   * with every hit: each move leaves a dead entry, and a Map full of dead entries must be copied again and again.
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

  /** Each new window replaces up to two idle ones. So there are never many more than were in use within a minute. */
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

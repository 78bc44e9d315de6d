import type { ThrottlerStorage } from '@nestjs/throttler';
import type { CountingStore } from './counting-store.js';
import type { Hit } from './sliding-window.js';

/** What the throttler needs, plus the bucket that {@link RateLimitStorage.uncount} needs. */
type Counted = Awaited<ReturnType<ThrottlerStorage['increment']>> & Pick<Hit, 'bucket'>;

/**
 * The `ThrottlerStorage` of requests. It does not count requests that it refuses. `increment` returns, in the terms of
 * `@nestjs/throttler`:
 * - `totalHits`: the current count of the window;
 * - `timeToExpire`: seconds until it counts nothing;
 * - `isBlocked`: the request is refused;
 * - `timeToBlockExpire`: seconds until a place is free.
 *
 * The window of a {@link CountingStore} is always a minute, so `ttl` is not used, and a sliding window needs no
 * `blockDuration`.
 */
export class RateLimitStorage implements ThrottlerStorage {
  constructor(private readonly store: CountingStore) {}

  async increment(key: string, _ttl: number, limit: number): Promise<Counted> {
    const { admitted, bucket, used, resetSeconds, retryAfterSeconds } = await this.store.hit(key, limit);
    return {
      totalHits: used,
      timeToExpire: resetSeconds,
      isBlocked: !admitted,
      timeToBlockExpire: retryAfterSeconds,
      bucket,
    };
  }

  /** Uncounts an admitted request. */
  uncount(key: string, counted: Pick<Hit, 'bucket'>): void {
    this.store.uncount(key, counted);
  }
}

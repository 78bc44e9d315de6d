import type { ThrottlerStorage } from '@nestjs/throttler';
import type { RequestContext } from '../common/http/request-context.js';
import type { CountingStore, Place } from './counting-store.js';

/** What the throttler needs, plus what {@link RateLimitStorage.uncount} needs. */
type Counted = Awaited<ReturnType<ThrottlerStorage['increment']>> & { place: Place };

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

  increment(key: string, _ttl: number, limit: number): Promise<Counted> {
    return this.count(key, limit);
  }

  /** {@link increment}, with the time that the request may still wait for other replicas. */
  async count(key: string, limit: number, request?: Pick<RequestContext, 'sharedWait'>): Promise<Counted> {
    const hit = await this.store.hit(key, limit, request?.sharedWait);
    return {
      totalHits: hit.used,
      timeToExpire: hit.resetSeconds,
      isBlocked: !hit.admitted,
      timeToBlockExpire: hit.retryAfterSeconds,
      place: hit,
    };
  }

  /** Uncounts an admitted request. */
  uncount(key: string, place: Place): void {
    this.store.uncount(key, place);
  }
}

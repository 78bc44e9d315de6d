import type { ThrottlerStorage } from '@nestjs/throttler';
import type { RequestContext } from '../common/http/request-context.js';
import type { CountedHit, CountingStore, Place } from './counting-store.js';

/** What the throttler needs, plus what {@link RateLimitStorage.uncount} needs. */
export type Counted = Awaited<ReturnType<ThrottlerStorage['increment']>> & { place: Place };

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
    return await this.count(key, limit);
  }

  /**
   * {@link increment}, with the time that the request may still wait for other replicas. Counts without a promise if no
   * other replica is asked.
   */
  count(
    key: string,
    limit: number,
    request?: Pick<RequestContext, 'sharedWait'>,
  ): Counted | Promise<Counted> {
    const hit = this.store.hit(key, limit, request?.sharedWait);
    return hit instanceof Promise ? hit.then(counted) : counted(hit);
  }

  /** Uncounts an admitted request. */
  uncount(key: string, place: Place): void {
    this.store.uncount(key, place);
  }
}

function counted(hit: CountedHit): Counted {
  return {
    totalHits: hit.used,
    timeToExpire: hit.resetSeconds,
    isBlocked: !hit.admitted,
    timeToBlockExpire: hit.retryAfterSeconds,
    place: hit,
  };
}

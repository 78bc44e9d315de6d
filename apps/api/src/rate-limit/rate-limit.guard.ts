import { type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { InjectThrottlerOptions, ThrottlerGuard, type ThrottlerModuleOptions } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { provenCaller } from '../common/access/caller.js';
import { RateLimitedError } from './rate-limit.errors.js';
import { rateLimitKey } from './rate-limit.js';
import { RateLimitStorage } from './rate-limit.storage.js';
import { RefusedKeys } from './refused-keys.js';
import { MINUTE_MS } from './sliding-window.js';

/**
 * Holds every proven caller to its own limit. It goes after the guard that proves the caller, on the same route. A request
 * that turns out to come with a key that may not be used gives its place back.
 *
 * The answer carries `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset`
 * (draft-ietf-httpapi-ratelimit-headers-06), from here on whatever becomes of it. Reset is the number of seconds until the
 * whole limit is free again, if nothing else comes; on a 429, `Retry-After` says when the next request may pass.
 */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  constructor(
    @InjectThrottlerOptions() options: ThrottlerModuleOptions,
    private readonly storage: RateLimitStorage,
    reflector: Reflector,
    private readonly refusedKeys: RefusedKeys,
  ) {
    super(options, storage, reflector);
  }

  /** The limit is the caller's, and no route has a say in it: looking for what one might say costs as much as counting. */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const { ctx } = http.getRequest<FastifyRequest>();
    const caller = provenCaller(context);
    const limit = caller.rateLimitPerMinute;
    const refusedBefore = this.refusedKeys.has(caller);
    const key = refusedBefore ? `refused:${caller.kid}` : rateLimitKey(caller);

    const hit = await this.storage.increment(key, MINUTE_MS, limit);
    const remaining = Math.max(0, limit - hit.totalHits);
    ctx.rateLimit = { limit, remaining, resetSeconds: hit.timeToExpire };
    http.getResponse<FastifyReply>().headers({
      'ratelimit-limit': limit,
      'ratelimit-remaining': remaining,
      'ratelimit-reset': hit.timeToExpire,
    });
    if (hit.isBlocked) throw new RateLimitedError(limit, hit.timeToBlockExpire);
    ctx.onKeyRefused = () => {
      this.refusedKeys.add(caller);
      if (!refusedBefore) this.storage.giveBack(key, hit.bucket);
    };
    return true;
  }
}

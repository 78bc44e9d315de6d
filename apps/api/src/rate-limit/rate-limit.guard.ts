import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  getOptionsToken,
  ThrottlerGuard,
  type ThrottlerLimitDetail,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
} from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { provenCaller } from '../common/access/caller.js';
import { RateLimitedError } from './rate-limit.errors.js';
import { rateLimitKey } from './rate-limit.js';
import { RateLimitStorage } from './rate-limit.storage.js';
import { RefusedKeys } from './refused-keys.js';

/**
 * Applies each authenticated caller's own limit. On a route, it must come after the guard that authenticates the
 * caller. A request whose key turns out to be refused gives its place back.
 *
 * From here on every answer carries `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset`
 * (draft-ietf-httpapi-ratelimit-headers-06). Reset is the number of seconds until the whole limit is free again,
 * without further requests. On a 429, `Retry-After` says when the next request may pass.
 */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  constructor(
    @Inject(getOptionsToken()) options: ThrottlerModuleOptions,
    private readonly storage: RateLimitStorage,
    reflector: Reflector,
    private readonly refusedKeys: RefusedKeys,
  ) {
    super(options, storage, reflector);
  }

  protected override async handleRequest({ context, limit, ttl }: ThrottlerRequest): Promise<boolean> {
    const http = context.switchToHttp();
    const { ctx } = http.getRequest<FastifyRequest>();
    const caller = provenCaller(context);
    const refusedBefore = this.refusedKeys.has(caller);
    const tracker = refusedBefore ? `refused:${caller.kid}` : rateLimitKey(caller);

    const hit = await this.storage.count(tracker, limit, ctx);
    const remaining = Math.max(0, limit - hit.totalHits);
    ctx.rateLimit = { limit, remaining, resetSeconds: hit.timeToExpire };
    http.getResponse<FastifyReply>().headers({
      'ratelimit-limit': limit,
      'ratelimit-remaining': remaining,
      'ratelimit-reset': hit.timeToExpire,
    });
    if (hit.isBlocked)
      await this.throwThrottlingException(context, { ...hit, key: tracker, tracker, limit, ttl });
    ctx.onKeyRefused = () => {
      this.refusedKeys.add(caller);
      if (!refusedBefore) this.storage.uncount(tracker, hit.place);
    };
    return true;
  }

  protected override throwThrottlingException(
    _context: ExecutionContext,
    { limit, timeToBlockExpire }: ThrottlerLimitDetail,
  ): Promise<void> {
    throw new RateLimitedError(limit, timeToBlockExpire);
  }
}

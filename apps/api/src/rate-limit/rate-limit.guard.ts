import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { getOptionsToken, ThrottlerGuard, type ThrottlerModuleOptions } from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, provenCaller } from '../common/access/caller.js';
import type { RequestContext } from '../common/http/request-context.js';
import { RateLimitedError } from './rate-limit.errors.js';
import { rateLimitKey } from './rate-limit.js';
import { type Counted, RateLimitStorage } from './rate-limit.storage.js';
import { RefusedKeys } from './refused-keys.js';

const ADMITTED = Promise.resolve(true);

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

  /**
   * The library's own looks for six decorators and waits eight times, for each request. Here no route has a limit of
   * its own, and its decorators (`@Throttle()`, `@SkipThrottle()`) have no effect.
   */
  override canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const { ctx } = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const caller = provenCaller(context);
    const refusedBefore = this.refusedKeys.has(caller);
    const key = refusedBefore ? `refused:${caller.kid}` : rateLimitKey(caller);

    const admit = (counted: Counted) => {
      report(ctx, reply, caller, counted);
      ctx.onKeyRefused = () => {
        this.refusedKeys.add(caller);
        if (!refusedBefore) this.storage.uncount(key, counted.place);
      };
      return ADMITTED;
    };
    const counted = this.storage.count(key, caller.rateLimitPerMinute, ctx);
    return counted instanceof Promise ? counted.then(admit) : admit(counted);
  }
}

/** @throws RateLimitedError if the request is one too many */
function report(
  ctx: RequestContext,
  reply: FastifyReply,
  { rateLimitPerMinute: limit }: Caller,
  { totalHits, timeToExpire, isBlocked, timeToBlockExpire }: Counted,
): void {
  const remaining = Math.max(0, limit - totalHits);
  ctx.rateLimit = { limit, remaining, resetSeconds: timeToExpire };
  reply.header('ratelimit-limit', String(limit));
  reply.header('ratelimit-remaining', String(remaining));
  reply.header('ratelimit-reset', String(timeToExpire));
  if (isBlocked) throw new RateLimitedError(limit, timeToBlockExpire);
}

import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import {
  getOptionsToken,
  ThrottlerGuard,
  type ThrottlerModuleOptions,
  type ThrottlerRequest,
} from '@nestjs/throttler';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { provenCaller } from '../common/access/caller.js';
import type { RequestContext } from '../common/http/request-context.js';
import { perRoute } from '../common/per-route.js';
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
   * The library's own looks for six decorators and waits eight times, for each request. Nearly all routes have no such
   * decorator (`@Throttle()`, `@SkipThrottle()`).
   */
  override canActivate(context: ExecutionContext): Promise<boolean> {
    if (hasDecorator(context.getHandler(), context.getClass())) return super.canActivate(context);
    return this.admit(context, provenCaller(context).rateLimitPerMinute);
  }

  protected override handleRequest({ context, limit }: ThrottlerRequest): Promise<boolean> {
    return this.admit(context, limit);
  }

  private admit(context: ExecutionContext, limit: number): Promise<boolean> {
    const http = context.switchToHttp();
    const { ctx } = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const caller = provenCaller(context);
    const refusedBefore = this.refusedKeys.has(caller);
    const key = refusedBefore ? `refused:${caller.kid}` : rateLimitKey(caller);

    const decide = (counted: Counted) => {
      report(ctx, reply, limit, counted);
      ctx.onKeyRefused = () => {
        this.refusedKeys.add(caller);
        if (!refusedBefore) this.storage.uncount(key, counted.place);
      };
      return ADMITTED;
    };
    const counted = this.storage.count(key, limit, ctx);
    return counted instanceof Promise ? counted.then(decide) : decide(counted);
  }
}

/** Whether the route has a decorator of `@nestjs/throttler`. */
const hasDecorator = perRoute((...targets) =>
  targets.flatMap((it) => Reflect.getMetadataKeys(it)).some((key) => String(key).startsWith('THROTTLER:')),
);

/** @throws RateLimitedError if the request is one too many */
function report(
  ctx: RequestContext,
  reply: FastifyReply,
  limit: number,
  { totalHits, timeToExpire, isBlocked, timeToBlockExpire }: Counted,
): void {
  const remaining = Math.max(0, limit - totalHits);
  ctx.rateLimit = { limit, remaining, resetSeconds: timeToExpire };
  reply.header('ratelimit-limit', String(limit));
  reply.header('ratelimit-remaining', String(remaining));
  reply.header('ratelimit-reset', String(timeToExpire));
  if (isBlocked) throw new RateLimitedError(limit, timeToBlockExpire);
}

import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail } from '@nestjs/throttler';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../common/access/caller.js';
import { RateLimitedError } from './rate-limit.errors.js';
import { rateLimitKey } from './rate-limit.js';

/** @throws Error if no guard has proven a caller yet: the rate limit comes after authentication */
export function provenCaller(context: ExecutionContext): Caller {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>().ctx;
  if (caller === undefined) throw new Error('the rate limit needs a caller, but no guard has proven one');
  return caller;
}

/**
 * Holds every proven caller to its own limit. It goes after the guard that proves the caller, on the same route.
 *
 * The answer carries `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset`
 * (draft-ietf-httpapi-ratelimit-headers-06), from here on whatever becomes of it. Reset is the number of seconds until the
 * whole limit is free again, if nothing else comes; on a 429, `Retry-After` says when the next request may pass.
 */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  protected override headerPrefix = 'RateLimit';

  protected override generateKey(context: ExecutionContext): string {
    return rateLimitKey(provenCaller(context));
  }

  /** The headers of an admitted request are set by the class above, which leaves them out of a refusal. */
  protected override throwThrottlingException(
    context: ExecutionContext,
    { limit, timeToExpire, timeToBlockExpire }: ThrottlerLimitDetail,
  ): Promise<void> {
    const { res } = this.getRequestResponse(context);
    this.setResponseHeader(res, `${this.headerPrefix}-Limit`, limit);
    this.setResponseHeader(res, `${this.headerPrefix}-Remaining`, 0);
    this.setResponseHeader(res, `${this.headerPrefix}-Reset`, timeToExpire);
    throw new RateLimitedError(limit, timeToBlockExpire);
  }
}

import { DomainError } from '../common/problems/domain-error.js';

/** 429: the caller has used up its limit of requests per minute. */
export class RateLimitedError extends DomainError {
  constructor(limit: number, retryAfterSeconds: number) {
    super('rate-limited', `The limit of ${limit} requests a minute is used up.`, {
      retryAfterSeconds,
      refusal: { action: 'rate.limited', reason: 'rate-limited' },
    });
  }
}

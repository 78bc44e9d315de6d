import type { Caller } from '../common/access/caller.js';

/** The limit of an operator, in requests per minute. A coordinator has its own limit. */
export const OPERATOR_RATE_LIMIT_PER_MINUTE = 600;

/** The key under which the requests of a caller are counted. All keys of one coordinator or operator share it. */
export function rateLimitKey(caller: Pick<Caller, 'kind' | 'id'>): string {
  return `${caller.kind}:${caller.id}`;
}

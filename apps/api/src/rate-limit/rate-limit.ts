import type { Caller } from '../common/access/caller.js';

/** The limit of an operator, in requests a minute; a coordinator has its own. */
export const OPERATOR_RATE_LIMIT_PER_MINUTE = 600;

/** What a caller's requests are counted under: all keys of one coordinator, or operator, share it. */
export function rateLimitKey(caller: Pick<Caller, 'kind' | 'id'>): string {
  return `${caller.kind}:${caller.id}`;
}

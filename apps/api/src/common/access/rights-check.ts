import type { Caller } from './caller.js';

/** Asks Postgres for nothing but the caller's rights, where no statement does so on its way: there is nothing to do, or the request is wrong. */
export abstract class RightsCheck {
  /** @throws DomainError the refusal that a statement of this caller would have met */
  abstract assertAllowed(caller: Caller): Promise<void>;
}

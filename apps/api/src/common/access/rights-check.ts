import type { Caller } from './caller.js';

/**
 * Asks Postgres only for the caller's rights. It is for requests without a statement that checks them: there is nothing
 * to do, or the request is wrong.
 */
export abstract class RightsCheck {
  /** @throws DomainError the refusal that a statement of this caller would get */
  abstract assertAllowed(caller: Caller): Promise<void>;
}

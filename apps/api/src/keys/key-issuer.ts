import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import { RightsCheck } from '../common/access/rights-check.js';
import type { KeyPrefix } from './key.js';
import { issueKey, type StoredKey } from './stored-key.js';
import { WorkQueue } from './work-queue.js';

const HASHES_AT_ONCE = 1;
// About two seconds of work on two cores.
const HASHES_WAITING = 64;

/**
 * Creates keys for callers. A hash takes tens of milliseconds of a core, so it is made only for a caller that has the
 * right.
 */
@Injectable()
export class KeyIssuer {
  /**
   * Separate from the queue of the verifiers: a flood of wrong keys must not stop an administrator from issuing a key.
   */
  private readonly hashing = new WorkQueue(HASHES_AT_ONCE, HASHES_WAITING);
  /** Separate too: coordinators that rotate their own keys must not stop an administrator. */
  private readonly hashingOfCoordinators = new WorkQueue(1, HASHES_WAITING);

  constructor(private readonly rights: RightsCheck) {}

  /**
   * The statement that stores the key must check the rights again.
   *
   * @throws DomainError `overloaded`, `database-unavailable`, and the refusals of `assertAllowed`
   */
  async issueFor(caller: Caller, prefix: KeyPrefix): Promise<{ text: string; stored: StoredKey }> {
    await this.rights.assertAllowed(caller);
    if (caller.kind === 'operator') return await this.issue(prefix);
    return await this.hashingOfCoordinators.run(() => issueKey(prefix));
  }

  /**
   * Like {@link issueFor}, if the right is already checked.
   *
   * @throws DomainError `overloaded`
   */
  issue(prefix: KeyPrefix): Promise<{ text: string; stored: StoredKey }> {
    return this.hashing.run(() => issueKey(prefix));
  }
}

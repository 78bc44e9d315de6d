import type { SharedWait } from '../common/http/shared-wait.js';
import type { CountingStore, CountingStores } from '../rate-limit/counting-store.js';
import { TooManyFailuresError } from './keys.errors.js';

/** A place in the budget, taken before the result of the attempt is known. */
export interface Reservation {
  granted: boolean;
  /** set if the budget refused the attempt */
  retryAfterSeconds: number;
  /** call it if the attempt did not fail; does nothing for a refused attempt */
  uncount(): void;
}

/** The maximum number of failures of one account (an address, or an address with a kid) within any minute. */
export const FAILURES_PER_MINUTE = 30;

/**
 * With more accounts, the least recently used one is forgotten. This bounds the memory. An attacker with more addresses
 * than this defeats any count by address.
 */
const MAX_ACCOUNTS = 20_000;

/** Counts failures by account over a sliding minute. */
export class FailureBudget {
  private readonly store: CountingStore;

  /** @param name of the kind of failure; budgets of the same name may share their counts */
  constructor(stores: CountingStores, name: string, maxAccounts: number = MAX_ACCOUNTS) {
    this.store = stores.open(name, maxAccounts);
  }

  /**
   * Takes a place before the work begins. Otherwise concurrent attempts could all pass before the first failure is
   * counted.
   */
  async reserve(account: string, wait: SharedWait): Promise<Reservation> {
    const hit = await this.store.hit(account, FAILURES_PER_MINUTE, wait);
    return {
      granted: hit.admitted,
      retryAfterSeconds: hit.retryAfterSeconds,
      uncount: () => {
        if (hit.admitted) this.store.uncount(account, hit);
      },
    };
  }

  /** Whether the account has a place left; takes none. */
  async hasLeft(account: string, wait: SharedWait): Promise<boolean> {
    return (await this.store.peek(account, FAILURES_PER_MINUTE, wait)).remaining !== 0;
  }

  /** @throws TooManyFailuresError if the account has no place left; takes none */
  async assertLeft(account: string, wait: SharedWait): Promise<void> {
    const { remaining, retryAfterSeconds } = await this.store.peek(account, FAILURES_PER_MINUTE, wait);
    if (remaining === 0) throw new TooManyFailuresError(retryAfterSeconds);
  }

  /**
   * Counts a failure that has happened.
   *
   * @throws TooManyFailuresError if the account has no place left
   */
  async charge(account: string, wait: SharedWait): Promise<void> {
    const { granted, retryAfterSeconds } = await this.reserve(account, wait);
    if (!granted) throw new TooManyFailuresError(retryAfterSeconds);
  }
}

import { LRUCache } from 'lru-cache';
import { type Clock, monotonicClock, SlidingWindow } from '../rate-limit/sliding-window.js';
import { TooManyFailuresError } from './keys.errors.js';

/** A place in the budget, taken before the result of the attempt is known. */
export interface Reservation {
  granted: boolean;
  /** set if the budget refused the attempt */
  retryAfterSeconds: number;
  /** call it if the attempt did not fail; does nothing for a refused attempt */
  giveBack(): void;
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
  private readonly windows: LRUCache<string, SlidingWindow>;

  constructor(
    private readonly clock: Clock = monotonicClock,
    mostAccounts: number = MAX_ACCOUNTS,
  ) {
    this.windows = new LRUCache({ max: mostAccounts });
  }

  /**
   * Takes a place before the work begins. Otherwise concurrent attempts could all pass before the first failure is
   * counted.
   */
  reserve(account: string): Reservation {
    const window = this.windowOf(account);
    const hit = window.hit(FAILURES_PER_MINUTE);
    return {
      granted: hit.admitted,
      retryAfterSeconds: hit.retryAfterSeconds,
      giveBack: () => {
        if (!hit.admitted) return;
        window.takeBack(hit);
        // Most accounts never fail. Their empty windows would fill the memory.
        if (window.isIdle() && this.windows.peek(account) === window) this.windows.delete(account);
      },
    };
  }

  /** Whether the account has a place left; takes none. */
  hasLeft(account: string): boolean {
    return this.windows.get(account)?.peek(FAILURES_PER_MINUTE).remaining !== 0;
  }

  /** @throws TooManyFailuresError if the account has no place left; takes none */
  assertLeft(account: string): void {
    const standing = this.windows.get(account)?.peek(FAILURES_PER_MINUTE);
    if (standing?.remaining === 0) throw new TooManyFailuresError(standing.retryAfterSeconds);
  }

  /**
   * Counts a failure that has happened.
   *
   * @throws TooManyFailuresError if the account has no place left
   */
  charge(account: string): void {
    const { granted, retryAfterSeconds } = this.reserve(account);
    if (!granted) throw new TooManyFailuresError(retryAfterSeconds);
  }

  private windowOf(account: string): SlidingWindow {
    const known = this.windows.get(account);
    if (known !== undefined) return known;
    const fresh = new SlidingWindow(this.clock);
    this.windows.set(account, fresh);
    return fresh;
  }
}

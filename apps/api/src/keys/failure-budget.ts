import { LRUCache } from 'lru-cache';
import { type Clock, monotonicClock, SlidingWindow } from '../rate-limit/sliding-window.js';
import { TooManyFailuresError } from './keys.errors.js';

/** A place in the budget, taken before it is known whether the attempt fails. */
export interface Reservation {
  granted: boolean;
  /** for a refused one */
  retryAfterSeconds: number;
  /** for an attempt that turned out not to be a failure; nothing to do for a refused one */
  giveBack(): void;
}

/** How many failures one account (an address, an address with a kid) may have within any minute. */
export const FAILURES_PER_MINUTE = 30;

/**
 * Beyond so many accounts the one longest unused is forgotten: memory stays bounded, and whoever commands more addresses than
 * this gets past any count by address.
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

  /** Takes a place before the work begins, so that attempts made at once cannot all pass a count that none has raised yet. */
  reserve(account: string): Reservation {
    const window = this.windowOf(account);
    const hit = window.hit(FAILURES_PER_MINUTE);
    return {
      granted: hit.admitted,
      retryAfterSeconds: hit.retryAfterSeconds,
      giveBack: () => {
        if (!hit.admitted) return;
        window.takeBack(hit);
        // Most accounts never fail: they would fill the memory with windows that count nothing.
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

/** Milliseconds that never run backwards; where they start does not matter. */
export type Clock = () => number;

export const monotonicClock: Clock = () => performance.now();

/** The window that limits are stated for. */
export const MINUTE_MS = 60_000;

const BUCKETS = 60;

/** Where a window stands, in whole seconds, rounded up. */
export interface Standing {
  /** what the window counts, never below zero */
  used: number;
  /** how many more it would admit now */
  remaining: number;
  /** until nothing is counted any more, if nothing else comes */
  resetSeconds: number;
  /** until one place is free: 0 while one is, else at least 1 */
  retryAfterSeconds: number;
}

export interface Hit extends Standing {
  admitted: boolean;
  /** names the hit to {@link SlidingWindow.takeBack}; means nothing if it was not admitted */
  bucket: number;
}

/**
 * Counts what it admits, and promises: no span of `windowMs`, its ends included, ever holds more admitted hits than the limit
 * that each of them was admitted under.
 *
 * Hits are counted in 60 buckets of equal length and the one that is filling. A bucket counts until all of it is out of the
 * window, so a hit counts for up to one bucket longer than it must (61 s for a minute): the promise errs on the safe side, and
 * the cost is a sixtieth of the rate at worst. At most 61 numbers a window, whatever the limit; buckets without a hit take no
 * room.
 */
export class SlidingWindow {
  /** hits by the number of their bucket, the oldest first, since time only goes on */
  private readonly counts = new Map<number, number>();
  private readonly bucketMs: number;
  private current = 0;
  private total = 0;
  private now = 0;

  constructor(
    private readonly clock: Clock = monotonicClock,
    windowMs: number = MINUTE_MS,
  ) {
    this.bucketMs = windowMs / BUCKETS;
  }

  /** Counts the hit if there is a place for it; what is refused is not counted. `limit` may differ from hit to hit. */
  hit(limit: number): Hit {
    this.advance();
    const admitted = this.total < limit;
    if (admitted) {
      this.counts.set(this.current, (this.counts.get(this.current) ?? 0) + 1);
      this.total += 1;
    }
    return { admitted, bucket: this.current, ...this.standing(limit) };
  }

  /** Uncounts an admitted hit. */
  takeBack({ bucket }: Pick<Hit, 'bucket'>): void {
    this.advance();
    const count = this.counts.get(bucket);
    if (count === undefined) return;
    if (count === 1) this.counts.delete(bucket);
    else this.counts.set(bucket, count - 1);
    this.total -= 1;
  }

  peek(limit: number): Standing {
    this.advance();
    return this.standing(limit);
  }

  /** Whether it counts nothing: then it may be forgotten, a fresh one does the same. */
  isIdle(): boolean {
    this.advance();
    return this.total === 0;
  }

  private standing(limit: number): Standing {
    return {
      used: this.total,
      remaining: Math.max(0, limit - this.total),
      resetSeconds: this.total === 0 ? 0 : this.secondsUntilOut(this.latest()),
      retryAfterSeconds: this.total < limit ? 0 : this.secondsUntilFree(limit),
    };
  }

  /** The bucket of the latest hit that is counted. */
  private latest(): number {
    if (this.counts.has(this.current)) return this.current;
    let latest = this.current;
    for (const bucket of this.counts.keys()) latest = bucket;
    return latest;
  }

  /** More than one hit may have to go first, if the limit was lowered. */
  private secondsUntilFree(limit: number): number {
    let left = this.total;
    for (const [bucket, count] of this.counts) {
      left -= count;
      if (left < limit) return this.secondsUntilOut(bucket);
    }
    return this.secondsUntilOut(this.current);
  }

  private secondsUntilOut(bucket: number): number {
    return Math.max(1, Math.ceil(((bucket + BUCKETS + 1) * this.bucketMs - this.now) / 1000));
  }

  private advance(): void {
    this.now = Math.max(this.now, this.clock());
    const bucket = Math.floor(this.now / this.bucketMs);
    if (bucket === this.current) return;
    this.current = bucket;
    for (const [gone, count] of this.counts) {
      if (gone >= bucket - BUCKETS) break;
      this.counts.delete(gone);
      this.total -= count;
    }
  }
}

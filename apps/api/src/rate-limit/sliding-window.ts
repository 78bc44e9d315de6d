/** Milliseconds that never run backwards. The start value does not matter. */
export type Clock = () => number;

export const monotonicClock: Clock = () => performance.now();

/** The window of all limits, in milliseconds. */
export const MINUTE_MS = 60_000;

const BUCKETS = 60;
const BUCKET_MS = MINUTE_MS / BUCKETS;

/** The state of a window. Times are in whole seconds, rounded up. */
export interface Standing {
  /** the current count of the window, never below zero */
  used: number;
  /** how many more hits it would admit now */
  remaining: number;
  /** until the count is zero, without further hits */
  resetSeconds: number;
  /** until one place is free: 0 if one is free now, otherwise at least 1 */
  retryAfterSeconds: number;
}

export interface Hit extends Standing {
  admitted: boolean;
  /** identifies the hit for {@link SlidingWindow.uncount}; meaningless if it was not admitted */
  bucket: number;
}

/**
 * Counts admitted hits. It guarantees that no minute, including its ends, ever holds more admitted hits than the limit
 * under which each of them was admitted.
 *
 * Hits are counted in 60 buckets of one second, plus the one that is filling. A bucket counts until all of it is outside
 * the window. So a hit counts for up to a second longer than necessary. The error is on the safe side and costs at most
 * a sixtieth of the rate. A window needs at most 61 numbers, whatever the limit. Buckets without a hit use no memory.
 */
export class SlidingWindow {
  /** hits by bucket number, the oldest first, because time only moves forward */
  private readonly counts = new Map<number, number>();
  private current = 0;
  private total = 0;
  private now = 0;

  constructor(private readonly clock: Clock = monotonicClock) {}

  /** Counts the hit if there is a place for it. Refused hits are not counted. `limit` may differ from hit to hit. */
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
  uncount({ bucket }: Pick<Hit, 'bucket'>): void {
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

  /** Whether the window counts nothing. Then it may be forgotten: a new window behaves the same. */
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

  /** The bucket of the latest counted hit. */
  private latest(): number {
    if (this.counts.has(this.current)) return this.current;
    let latest = this.current;
    for (const bucket of this.counts.keys()) latest = bucket;
    return latest;
  }

  /** If the limit was lowered, more than one hit may have to expire first. */
  private secondsUntilFree(limit: number): number {
    let left = this.total;
    for (const [bucket, count] of this.counts) {
      left -= count;
      if (left < limit) return this.secondsUntilOut(bucket);
    }
    return this.secondsUntilOut(this.current);
  }

  private secondsUntilOut(bucket: number): number {
    return Math.max(1, Math.ceil(((bucket + BUCKETS + 1) * BUCKET_MS - this.now) / 1000));
  }

  private advance(): void {
    this.now = Math.max(this.now, this.clock());
    const bucket = Math.floor(this.now / BUCKET_MS);
    if (bucket === this.current) return;
    this.current = bucket;
    for (const [gone, count] of this.counts) {
      if (gone >= bucket - BUCKETS) break;
      this.counts.delete(gone);
      this.total -= count;
    }
  }
}

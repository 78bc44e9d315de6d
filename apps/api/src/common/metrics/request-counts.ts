import { Injectable } from '@nestjs/common';

const MINUTE_MS = 60_000;
/** How many minutes are kept. */
export const MINUTES = 60;

/** The answers of one minute. */
export interface MinuteCount {
  /** when it begins, in ms since 1970 */
  at: number;
  served: number;
  /** 401 and 403 */
  refused: number;
  /** 429 */
  limited: number;
}

/** Counts the answers of this process by minute, for an hour. For more, or for several processes, collect the metrics. */
@Injectable()
export class RequestCounts {
  /** by minute since 1970, at most {@link MINUTES} + 1 of them */
  private readonly minutes = new Map<number, MinuteCount>();

  constructor(private readonly clock: () => number = Date.now) {}

  count(status: number): void {
    const minute = Math.floor(this.clock() / MINUTE_MS);
    let counted = this.minutes.get(minute);
    if (counted === undefined) {
      counted = emptyMinute(minute);
      this.minutes.set(minute, counted);
      for (const old of this.minutes.keys()) if (old < minute - MINUTES) this.minutes.delete(old);
    }
    if (status === 429) counted.limited += 1;
    else if (status === 401 || status === 403) counted.refused += 1;
    else counted.served += 1;
  }

  /** The last 60 minutes, the present one last. */
  lastHour(): MinuteCount[] {
    const now = Math.floor(this.clock() / MINUTE_MS);
    return Array.from({ length: MINUTES }, (_, at) => {
      const minute = now - MINUTES + 1 + at;
      return this.minutes.get(minute) ?? emptyMinute(minute);
    });
  }
}

function emptyMinute(minute: number): MinuteCount {
  return { at: minute * MINUTE_MS, served: 0, refused: 0, limited: 0 };
}

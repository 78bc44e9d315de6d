import { useSyncExternalStore } from 'react';

/** The server's time. A local clock that is wrong must not change an age. */
class Clock {
  private offset = 0;

  /** @param date the `Date` header of an answer, which has whole seconds */
  observe(date: string | null): void {
    if (date === null) return;
    const server = Date.parse(date);
    if (Number.isNaN(server)) return;
    const offset = server + 500 - Date.now();
    // Less than the header's own precision and a round trip.
    if (Math.abs(offset - this.offset) > 1_500) this.offset = Math.abs(offset) < 1_500 ? 0 : offset;
  }

  now(): number {
    return Date.now() + this.offset;
  }
}

export const clock = new Clock();

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let second = 0;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    second += 1;
    for (const it of listeners) it();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The present, again at each step: ages on one page change together. */
export function useNow(everySeconds = 1): number {
  useSyncExternalStore(subscribe, () => Math.floor(second / everySeconds));
  return clock.now();
}

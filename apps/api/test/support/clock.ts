import { jest } from '@jest/globals';

/** Stops time for caches, which read `performance.now()`, and for timers; it goes on by as much as a test says. */
export function stopTime(): { passMs(ms: number): void } {
  // Jest's own would put another `performance` in place, which what has been loaded before does not see.
  jest.useFakeTimers({ doNotFake: ['performance', 'Date', 'nextTick', 'queueMicrotask', 'setImmediate'] });
  let now = 1_000;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  return {
    passMs: (ms) => {
      now += ms;
      jest.advanceTimersByTime(ms);
    },
  };
}

/** Lets no minute end that requests are counted by, however long they take on a busy machine; timers go on. */
export function holdTime(): void {
  jest.spyOn(performance, 'now').mockReturnValue(performance.now());
}

/** For `afterEach`. */
export function startTime(): void {
  jest.useRealTimers();
  jest.restoreAllMocks();
}

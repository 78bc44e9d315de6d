import { describe, expect, it } from '@jest/globals';
import { MINUTE_MS, SlidingWindow } from './sliding-window.js';

function windowAt(start: number) {
  const time = { now: start };
  return { time, window: new SlidingWindow(() => time.now) };
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Gaps between arrivals, in ms: bursts, a stream of about three times the limit, and silences of up to two minutes. */
function gap(random: () => number, limit: number): number {
  const kind = random();
  if (kind < 0.5) return random() < 0.5 ? 0 : random() * 5;
  if (kind < 0.999) return (random() * 2 * MINUTE_MS) / (1.5 * limit);
  return random() * 2 * MINUTE_MS;
}

describe('SlidingWindow', () => {
  it.each([0, 1, 999.9, 1_000, 59_999.5, 7_654_321.25])(
    'accepts exactly the limit at once, for any start (%d ms)',
    (start) => {
      const { window } = windowAt(start);
      const admitted = Array.from({ length: 130 }, () => window.hit(100).admitted);
      expect(admitted.filter(Boolean)).toHaveLength(100);
      expect(admitted.indexOf(false)).toBe(100);
    },
  );

  it('counts down `remaining`', () => {
    const { window } = windowAt(10_250);
    expect(window.peek(3)).toEqual({ used: 0, remaining: 3, resetSeconds: 0, retryAfterSeconds: 0 });
    expect(window.hit(3)).toMatchObject({ admitted: true, used: 1, remaining: 2, retryAfterSeconds: 0 });
    window.hit(3);
    // The bucket [10 s, 11 s) is wholly out at 71 s.
    expect(window.hit(3)).toMatchObject({ admitted: true, remaining: 0, resetSeconds: 61 });
    expect(window.hit(3)).toMatchObject({ admitted: false, used: 3, remaining: 0, retryAfterSeconds: 61 });
    expect(window.peek(3)).toEqual({ used: 3, remaining: 0, resetSeconds: 61, retryAfterSeconds: 61 });
  });

  it('does not count refused hits', () => {
    const { time, window } = windowAt(0);
    window.hit(1);
    for (time.now = 0; time.now < 61_000; time.now += 1_000) expect(window.hit(1).admitted).toBe(false);
    expect(window.hit(1).admitted).toBe(true);
  });

  it('is closed exactly as long as Retry-After says, rounded up to a second', () => {
    const random = randomFrom(7);
    const { time, window } = windowAt(0);
    for (let round = 0; round < 3_000; round += 1) {
      time.now += gap(random, 20);
      const { admitted, retryAfterSeconds } = window.hit(20);
      if (admitted) continue;
      expect(retryAfterSeconds).toBeGreaterThanOrEqual(1);
      time.now += (retryAfterSeconds - 1) * 1000;
      expect(window.peek(20).remaining).toBe(0);
      time.now += 1_000;
      expect(window.peek(20).remaining).toBeGreaterThan(0);
    }
  });

  it.each([1, 2, 5, 37, 100, 400])(
    'never accepts more than %d in any 60 s, and refuses nothing that a window of 61 s accepts',
    (limit) => {
      const random = randomFrom(limit);
      const { time, window } = windowAt(random() * 1e6);
      const admitted: number[] = [];
      const within = (span: number) => {
        let at = admitted.length;
        while (at > 0 && time.now - (admitted[at - 1] ?? 0) <= span) at -= 1;
        return admitted.length - at;
      };
      const wrong: unknown[] = [];
      let refused = 0;
      for (let arrival = 0; arrival < 20_000; arrival += 1) {
        time.now += gap(random, limit);
        const tooMany = within(MINUTE_MS) >= limit;
        const wellFree = within(MINUTE_MS + 1_000) < limit;
        const hit = window.hit(limit);
        if (hit.admitted ? tooMany : wellFree) wrong.push({ at: time.now, ...hit });
        if (hit.admitted) admitted.push(time.now);
        else refused += 1;
      }
      expect(wrong).toEqual([]);
      // With too few refusals the run would have shown nothing.
      expect(refused).toBeGreaterThan(100);
      expect(admitted.length).toBeGreaterThan(limit);
    },
  );

  it('follows a changing limit', () => {
    const { time, window } = windowAt(500);
    for (let second = 0; second < 10; second += 1) {
      time.now = 500 + second * 1_000;
      expect(window.hit(10).admitted).toBe(true);
    }
    expect(window.hit(20).admitted).toBe(true);
    // 11 are counted: for one place under a limit of 5, seven have to go, the last of them from the bucket [6 s, 7 s).
    const lowered = window.hit(5);
    expect(lowered).toMatchObject({ admitted: false, used: 11, remaining: 0 });
    expect(lowered.retryAfterSeconds).toBe(Math.ceil((67_000 - 9_500) / 1000));
    time.now = 66_999;
    expect(window.hit(5).admitted).toBe(false);
    time.now = 67_000;
    expect(window.hit(5).admitted).toBe(true);
  });

  it('accepts exactly a limit of 100,000', () => {
    const { time, window } = windowAt(0);
    const limit = 100_000;
    let admitted = 0;
    for (let hit = 0; hit < limit + 1_000; hit += 1) {
      time.now += 0.5;
      if (window.hit(limit).admitted) admitted += 1;
    }
    expect(admitted).toBe(limit);
  });

  it('uncounts a hit that is given back, once and in time', () => {
    const { time, window } = windowAt(0);
    const first = window.hit(1);
    window.uncount(first);
    expect(window.isIdle()).toBe(true);
    const second = window.hit(1);
    expect(second.admitted).toBe(true);
    time.now = 61_000;
    expect(window.hit(1).admitted).toBe(true);
    window.uncount(second);
    expect(window.hit(1).admitted).toBe(false);
  });

  it('accepts nothing under a limit of 0 or less', () => {
    const { window } = windowAt(0);
    for (const none of [0, -1, Number.NaN]) expect(window.hit(none).admitted).toBe(false);
  });

  it('tolerates a clock that steps back', () => {
    const { time, window } = windowAt(100_000);
    window.hit(1);
    time.now = 10_000;
    expect(window.hit(1).admitted).toBe(false);
    time.now = 160_999;
    expect(window.hit(1).admitted).toBe(false);
    time.now = 161_000;
    expect(window.hit(1).admitted).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import { MemoryRateLimitStorage } from './rate-limit.storage.js';

function storageAt(start: number) {
  const time = { now: start };
  return { time, storage: new MemoryRateLimitStorage(() => time.now) };
}

describe('MemoryRateLimitStorage', () => {
  it('returns the fields of the throttler', async () => {
    const { storage } = storageAt(500);
    expect(await storage.increment('one', 60_000, 1)).toMatchObject({
      totalHits: 1,
      timeToExpire: 61,
      isBlocked: false,
      timeToBlockExpire: 61,
    });
    expect(await storage.increment('one', 60_000, 1)).toMatchObject({
      totalHits: 1,
      isBlocked: true,
      timeToBlockExpire: 61,
    });
    expect(await storage.increment('other', 60_000, 1)).toMatchObject({ isBlocked: false });
  });

  it('frees a place when a hit is given back', async () => {
    const { storage, time } = storageAt(0);
    const { bucket } = await storage.increment('one', 60_000, 1);
    time.now = 5_000;
    expect((await storage.increment('one', 60_000, 1)).isBlocked).toBe(true);
    storage.giveBack('one', bucket);
    storage.giveBack('never seen', bucket);
    expect((await storage.increment('one', 60_000, 1)).isBlocked).toBe(false);
    expect((await storage.increment('one', 60_000, 1)).isBlocked).toBe(true);
  });

  it('keeps a window of the given length', async () => {
    const { storage, time } = storageAt(0);
    await storage.increment('one', 6_000, 1);
    time.now = 6_099;
    expect((await storage.increment('one', 6_000, 1)).isBlocked).toBe(true);
    time.now = 6_100;
    expect((await storage.increment('one', 6_000, 1)).isBlocked).toBe(false);
  });

  it('forgets idle windows as new ones are added, and no active one', async () => {
    const { storage, time } = storageAt(0);
    await storage.increment('busy', 60_000, 3);
    for (let key = 0; key < 5_000; key += 1) {
      await storage.increment(`key ${key}`, 60_000, 1);
      time.now += 100;
      if (key % 300 === 0) await storage.increment('busy', 60_000, 1_000_000);
    }
    // 610 windows count at any time, and the busy one.
    expect(storage.size).toBeLessThanOrEqual(612);
    expect((await storage.increment('busy', 60_000, 1)).isBlocked).toBe(true);
    for (let key = 4_400; key < 5_000; key += 1) {
      expect((await storage.increment(`key ${key}`, 60_000, 1)).isBlocked).toBe(true);
    }
  });

  it('forgets the longest idle window first', async () => {
    let now = 0;
    const storage = new MemoryRateLimitStorage(() => now);
    await storage.increment('opened first, and still busy', 60_000, 5);
    await storage.increment('idle', 60_000, 5);
    now = 30_000;
    await storage.increment('opened first, and still busy', 60_000, 5);
    now = 70_000;
    await storage.increment('new', 60_000, 5);
    expect(storage.size).toBe(2);
    expect((await storage.increment('opened first, and still busy', 60_000, 5)).totalHits).toBe(2);
  });
});

import { describe, expect, it } from '@jest/globals';
import { MemoryCountingStores } from './counting-store.js';

function storeAt(start: number, maxKeys?: number) {
  const time = { now: start };
  return { time, store: new MemoryCountingStores(() => time.now).open('test', maxKeys) };
}

describe('MemoryCountingStore', () => {
  it('admits as many hits of a key as its limit, and says when the next place is free', async () => {
    const { store, time } = storeAt(500);
    expect(await store.hit('one', 1)).toEqual({
      admitted: true,
      bucket: 0,
      used: 1,
      remaining: 0,
      resetSeconds: 61,
      retryAfterSeconds: 61,
    });
    expect(await store.hit('one', 1)).toMatchObject({ admitted: false, used: 1, retryAfterSeconds: 61 });
    expect(await store.hit('other', 1)).toMatchObject({ admitted: true });
    time.now = 61_000;
    expect(await store.hit('one', 1)).toMatchObject({ admitted: true, bucket: 61 });
  });

  it('counts nothing for a peek', async () => {
    const { store } = storeAt(0);
    const unused = { used: 0, remaining: 1, resetSeconds: 0, retryAfterSeconds: 0 };
    expect(await store.peek('one', 1)).toEqual(unused);
    expect(await store.peek('one', 1)).toEqual(unused);
    expect(store.size).toBe(0);
    await store.hit('one', 1);
    expect(await store.peek('one', 1)).toEqual({
      used: 1,
      remaining: 0,
      resetSeconds: 61,
      retryAfterSeconds: 61,
    });
  });

  it('takes back a hit, and so makes a place', async () => {
    const { store, time } = storeAt(0);
    const hit = await store.hit('one', 1);
    time.now = 5_000;
    expect((await store.hit('one', 1)).admitted).toBe(false);
    store.uncount('one', hit);
    store.uncount('never seen', hit);
    expect((await store.hit('one', 1)).admitted).toBe(true);
    expect((await store.hit('one', 1)).admitted).toBe(false);
  });

  it('forgets idle windows as new ones come, and none that counts', async () => {
    const { store, time } = storeAt(0);
    await store.hit('busy', 3);
    for (let key = 0; key < 5_000; key += 1) {
      await store.hit(`key ${key}`, 1);
      time.now += 100;
      if (key % 300 === 0) await store.hit('busy', 1_000_000);
    }
    // 610 windows count at any time, and the busy one.
    expect(store.size).toBeLessThanOrEqual(612);
    expect((await store.hit('busy', 1)).admitted).toBe(false);
    for (let key = 4_400; key < 5_000; key += 1) {
      expect((await store.hit(`key ${key}`, 1)).admitted).toBe(false);
    }
  });

  it('forgets the longest idle window first, in whatever order they were opened', async () => {
    const { store, time } = storeAt(0);
    await store.hit('opened first, and still busy', 5);
    await store.hit('idle', 5);
    time.now = 30_000;
    await store.hit('opened first, and still busy', 5);
    time.now = 70_000;
    await store.hit('new', 5);
    expect(store.size).toBe(2);
    expect((await store.hit('opened first, and still busy', 5)).used).toBe(2);
  });

  it('keeps no window whose hits are all taken back', async () => {
    const { store } = storeAt(0);
    store.uncount('one', await store.hit('one', 1));
    expect(store.size).toBe(0);
  });

  it('forgets the least recently used key if there are too many, and counts a peek as a use', async () => {
    const { store, time } = storeAt(0, 2);
    await store.hit('one', 1);
    time.now = 1_000;
    await store.hit('two', 1);
    await store.peek('one', 1);
    await store.hit('three', 1);
    expect(store.size).toBe(2);
    expect((await store.peek('one', 1)).used).toBe(1);
    expect((await store.peek('two', 1)).used).toBe(0);
  });
});

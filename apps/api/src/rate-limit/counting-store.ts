import type { SharedWait } from '../common/http/shared-wait.js';
import { type Clock, type Hit, monotonicClock, SlidingWindow, type Standing } from './sliding-window.js';

/** Where an admitted hit is counted: what {@link CountingStore.uncount} needs. */
export interface Place extends Pick<Hit, 'bucket'> {
  /** the bucket in the count that all replicas share; absent if this process counted alone */
  sharedBucket?: number;
}

export type CountedHit = Hit & Place;

/**
 * Counts hits by key, each key over its own sliding minute. The methods are atomic: concurrent hits never exceed the
 * limit. They do not reject: a store that cannot reach what it shares with other processes counts for this process
 * alone. A store that asks no other process answers without a promise.
 */
export interface CountingStore {
  /**
   * Counts the hit if there is a place for it. A refused hit is not counted. `limit` may differ from hit to hit.
   *
   * @param wait of the request; omitted: this count has one of its own
   */
  hit(key: string, limit: number, wait?: SharedWait): CountedHit | Promise<CountedHit>;
  /** Counts nothing. */
  peek(key: string, limit: number, wait?: SharedWait): Standing | Promise<Standing>;
  /** Uncounts an admitted hit. Callers do not wait for it. */
  uncount(key: string, place: Place): void;
}

/** Opens the counting stores of this process. To count in another way, provide another one in CountingModule. */
export abstract class CountingStores {
  /**
   * @param name distinguishes the counts: requests, and each kind of failure
   * @param maxKeys with more keys, the least recently used one is forgotten. Set it if an attacker chooses the keys.
   */
  abstract open(name: string, maxKeys?: number): CountingStore;

  /** Whether Redis shares the counts of all replicas now; undefined if the process is not configured to use it. */
  get redis(): 'ok' | 'unavailable' | undefined {
    return undefined;
  }
}

/** Counts in the memory of this process. A restart forgets the counts. */
export class MemoryCountingStores extends CountingStores {
  constructor(private readonly clock: Clock = monotonicClock) {
    super();
  }

  override open(_name: string, maxKeys = Number.POSITIVE_INFINITY): MemoryCountingStore {
    return new MemoryCountingStore(this.clock, maxKeys);
  }
}

/** It keeps a window only while the window counts something, so idle keys use no memory. */
export class MemoryCountingStore implements CountingStore {
  /**
   * The least recently used window first. A hit moves its window only once per bucket: each move leaves a dead entry,
   * and a Map full of dead entries must be copied again and again.
   */
  private readonly windows = new Map<string, { window: SlidingWindow; bucket: number }>();

  constructor(
    private readonly clock: Clock,
    private readonly maxKeys: number,
  ) {}

  get size(): number {
    return this.windows.size;
  }

  hit(key: string, limit: number): Hit {
    const known = this.windows.get(key);
    const window = known?.window ?? this.openWindow();
    const hit = window.hit(limit);
    if (known?.bucket !== hit.bucket) {
      this.windows.delete(key);
      this.windows.set(key, { window, bucket: hit.bucket });
    }
    return hit;
  }

  peek(key: string, limit: number): Standing {
    const known = this.windows.get(key);
    if (known === undefined) return new SlidingWindow(this.clock).peek(limit);
    this.windows.delete(key);
    this.windows.set(key, known);
    return known.window.peek(limit);
  }

  uncount(key: string, hit: Pick<Hit, 'bucket'>): void {
    const window = this.windows.get(key)?.window;
    window?.uncount(hit);
    if (window?.isIdle()) this.windows.delete(key);
  }

  /** Each new window replaces up to two idle ones. So there are never many more than were in use within a minute. */
  private openWindow(): SlidingWindow {
    let dropped = 0;
    for (const [key, { window }] of this.windows) {
      if (dropped === 2 || !(window.isIdle() || this.windows.size >= this.maxKeys)) break;
      this.windows.delete(key);
      dropped += 1;
    }
    return new SlidingWindow(this.clock);
  }
}

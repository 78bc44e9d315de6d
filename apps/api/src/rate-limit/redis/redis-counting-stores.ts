import type { OnModuleDestroy } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { SharedWait } from '../../common/http/shared-wait.js';
import {
  type CountedHit,
  type CountingStore,
  CountingStores,
  type MemoryCountingStore,
  MemoryCountingStores,
  type Place,
} from '../counting-store.js';
import { MINUTE_MS, type Standing } from '../sliding-window.js';
import { RedisLink } from './redis-link.js';
import { GIVE_BACK, WINDOW } from './scripts.js';

/** Counts in the memory of this process, and in Redis together with all other replicas. */
export class RedisCountingStores extends CountingStores implements OnModuleDestroy {
  private readonly memory = new MemoryCountingStores();

  private constructor(private readonly link: RedisLink) {
    super();
  }

  /** @param urls as `REDIS_URL` has them */
  static async connect(urls: readonly string[], registry: Registry): Promise<RedisCountingStores> {
    const link = new RedisLink(urls, registry);
    await link.start();
    return new RedisCountingStores(link);
  }

  override get redis(): 'ok' | 'unavailable' {
    return this.link.works ? 'ok' : 'unavailable';
  }

  override open(name: string, maxKeys?: number): CountingStore {
    return new RedisCountingStore(this.memory.open(name, maxKeys), this.link, name);
  }

  async onModuleDestroy(): Promise<void> {
    await this.link.stop();
  }
}

/**
 * Memory counts first, always: so no replica ever admits more than the limit, whatever Redis does, and a hit that
 * memory refuses costs no round trip. What Redis refuses is uncounted in memory.
 */
class RedisCountingStore implements CountingStore {
  constructor(
    private readonly memory: MemoryCountingStore,
    private readonly link: RedisLink,
    private readonly name: string,
  ) {}

  async hit(key: string, limit: number, wait = new SharedWait()): Promise<CountedHit> {
    const own = this.memory.hit(key, limit);
    if (!own.admitted) return own;
    const answer = await this.ask(key, limit, true, wait);
    if (answer === undefined) return own;
    const { admitted, bucket, standing } = answer;
    if (admitted) return { ...stricter(own, standing), admitted, bucket: own.bucket, sharedBucket: bucket };
    this.memory.uncount(key, own);
    return { ...standing, admitted, bucket: own.bucket };
  }

  async peek(key: string, limit: number, wait = new SharedWait()): Promise<Standing> {
    const own = this.memory.peek(key, limit);
    if (own.remaining === 0) return own;
    const answer = await this.ask(key, limit, false, wait);
    return answer === undefined ? own : stricter(own, answer.standing);
  }

  uncount(key: string, place: Place): void {
    this.memory.uncount(key, place);
    if (place.sharedBucket !== undefined) {
      void this.link.run(GIVE_BACK, this.keyOf(key), [place.sharedBucket], new SharedWait());
    }
  }

  private async ask(key: string, limit: number, counts: boolean, wait: SharedWait) {
    const answer = await this.link.run(WINDOW, this.keyOf(key), [limit, MINUTE_MS, counts ? 1 : 0], wait);
    if (!Array.isArray(answer)) return undefined;
    const [admitted = 0, bucket = 0, used = 0, resetMs = 0, freeMs = 0] = answer.map(Number);
    const standing: Standing = {
      used,
      remaining: Math.max(0, limit - used),
      resetSeconds: Math.ceil(resetMs / 1000),
      retryAfterSeconds: Math.ceil(freeMs / 1000),
    };
    return { admitted: admitted === 1, bucket, standing };
  }

  private keyOf(key: string): string {
    return `${this.name}:${key}`;
  }
}

/** Memory can count more than Redis, for example after Redis has lost its data. */
function stricter(one: Standing, other: Standing): Standing {
  return {
    used: Math.max(one.used, other.used),
    remaining: Math.min(one.remaining, other.remaining),
    resetSeconds: Math.max(one.resetSeconds, other.resetSeconds),
    retryAfterSeconds: Math.max(one.retryAfterSeconds, other.retryAfterSeconds),
  };
}

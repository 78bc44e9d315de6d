import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { GIVE_BACK, WINDOW } from '../../src/rate-limit/redis/scripts.js';
import { MINUTE_MS, SlidingWindow } from '../../src/rate-limit/sliding-window.js';
import { RedisServer } from '../support/redis-server.js';

/** The script with a clock that the test sets, in milliseconds. */
const AT_A_TIME = WINDOW.lua.replace(
  "local time = redis.call('TIME')",
  'local time = { math.floor(tonumber(ARGV[4]) / 1000), tonumber(ARGV[4]) % 1000 * 1000 }',
);

let server: RedisServer;
let client: Redis;
let windows = 0;

beforeAll(async () => {
  server = await RedisServer.start();
  client = new Redis(Number(server.port), '127.0.0.1');
});

afterAll(async () => {
  client?.disconnect();
  await server?.remove();
});

async function evaluate(key: string, limit: number, counts: 0 | 1, now: number) {
  const answer = await client.eval(AT_A_TIME, 1, key, limit, MINUTE_MS, counts, now);
  const [admitted = 0, bucket = 0, used = 0, resetMs = 0, freeMs = 0] = Array.isArray(answer)
    ? answer.map(Number)
    : [];
  return { admitted, bucket, used, reset: Math.ceil(resetMs / 1000), free: Math.ceil(freeMs / 1000) };
}

/** Both round up to seconds. After the clock was set back, the script waits for up to a second longer. */
function expectAtMostASecondLater(seconds: number, than: number): void {
  expect(seconds - than).toBeGreaterThanOrEqual(0);
  expect(seconds - than).toBeLessThanOrEqual(1);
}

describe('the window in Redis', () => {
  it('decides as the window in memory does, for any times and limits', async () => {
    const step = fc.record({
      ms: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 0, max: 3_000 }) },
        { weight: 2, arbitrary: fc.integer({ min: 3_000, max: 70_000 }) },
        { weight: 1, arbitrary: fc.integer({ min: -5_000, max: 0 }) },
      ),
      hits: fc.integer({ min: 1, max: 4 }),
      limit: fc.integer({ min: 1, max: 12 }),
      back: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        let now = 1_700_000_000_000;
        const memory = new SlidingWindow(() => now);
        windows += 1;
        const key = `window ${windows}`;
        for (const { ms, hits, limit, back } of steps) {
          now += ms;
          for (let hit = 0; hit < hits; hit += 1) {
            const looked = await evaluate(key, limit, 0, now);
            const own = memory.peek(limit);
            expect(looked.used).toBe(own.used);
            expectAtMostASecondLater(looked.free, own.retryAfterSeconds);

            const shared = await evaluate(key, limit, 1, now);
            const counted = memory.hit(limit);
            expect([shared.admitted === 1, shared.used]).toEqual([counted.admitted, counted.used]);
            expectAtMostASecondLater(shared.reset, counted.resetSeconds);
            expectAtMostASecondLater(shared.free, counted.retryAfterSeconds);
            if (back && counted.admitted) {
              memory.uncount(counted);
              await client.eval(GIVE_BACK.lua, 1, key, shared.bucket);
            }
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('uncounts nothing that it has forgotten', async () => {
    await client.eval(GIVE_BACK.lua, 1, 'forgotten', 5);
    expect(await client.exists('forgotten')).toBe(0);
  });
});

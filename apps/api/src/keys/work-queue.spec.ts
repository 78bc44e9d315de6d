import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { WorkQueue } from './work-queue.js';

function heldTask() {
  let settle = { resolve: (_: string) => {}, reject: (_: Error) => {} };
  const held = new Promise<string>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { run: () => held, ...settle };
}

describe('WorkQueue', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('pauses after each task for a multiple of its time', async () => {
    jest.useFakeTimers();
    const queue = new WorkQueue(1, 1, 4);
    await queue.run(async () => jest.advanceTimersByTime(10));
    let begun = false;
    const waiting = queue.run(async () => {
      begun = true;
    });
    await jest.advanceTimersByTimeAsync(39);
    expect(begun).toBe(false);
    expect(() => queue.assertRoom()).toThrow('Too many new keys');
    await jest.advanceTimersByTimeAsync(1);
    await waiting;
    expect(begun).toBe(true);
  });

  it('runs a limited number of tasks at once, in order', async () => {
    const queue = new WorkQueue(2, 100);
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 20 }, (_, number) =>
        queue.run(async () => {
          begun.push(number);
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
        }),
      ),
    );
    expect(most).toBe(2);
    expect(begun).toEqual(Array.from({ length: 20 }, (_, number) => number));
  });

  it('rejects a task over its capacity without starting it, and recovers', async () => {
    const queue = new WorkQueue(1, 1);
    const first = heldTask();
    const running = queue.run(first.run);
    const waiting = queue.run(async () => 'second');
    let begun = false;
    await expect(
      queue.run(async () => {
        begun = true;
      }),
    ).rejects.toMatchObject({ code: 'overloaded', extra: { retryAfterSeconds: 5 } });
    expect(begun).toBe(false);
    first.resolve('first');
    expect(await Promise.all([running, waiting])).toEqual(['first', 'second']);
    expect(await queue.run(async () => 'third')).toBe('third');
  });

  it('runs a lower rank first, and replaces the last task when it is full', async () => {
    const queue = new WorkQueue(1, 3);
    const held = heldTask();
    const order: string[] = [];
    const run = (name: string, rank: number) => queue.run(async () => void order.push(name), rank);
    const running = queue.run(held.run);
    const results = Promise.allSettled([run('5a', 5), run('1', 1), run('5b', 5), run('0', 0), run('5c', 5)]);
    expect(() => queue.assertRoom(5)).toThrow('Too many new keys');
    expect(() => queue.assertRoom(4)).not.toThrow();
    held.resolve('');
    await running;
    expect((await results).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'rejected',
    ]);
    expect(order).toEqual(['0', '1', '5a']);
  });

  it('continues after a failed task', async () => {
    const queue = new WorkQueue(1, 1);
    const first = heldTask();
    const running = queue.run(first.run);
    const waiting = queue.run(async () => 'second');
    first.reject(new Error('failed'));
    await expect(running).rejects.toThrow('failed');
    expect(await waiting).toBe('second');
  });
});

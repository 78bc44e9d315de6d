import { describe, expect, it } from '@jest/globals';
import { SharedQuota } from './shared-quota.js';

const REFUSED = { detail: 'Too much is held.', retryAfterSeconds: 3 };
const overloaded = expect.objectContaining({
  code: 'overloaded',
  message: 'Too much is held. Nothing was done.',
  extra: expect.objectContaining({ retryAfterSeconds: 3 }),
});

describe('SharedQuota', () => {
  it('limits each holder to its share, and all holders to the total', () => {
    const held = new SharedQuota(100, 25, REFUSED);
    held.take('a', 25);
    expect(() => held.take('a', 1)).toThrow(overloaded);
    for (const holder of ['b', 'c', 'd']) held.take(holder, 25);
    expect(() => held.take('e', 1)).toThrow(overloaded);
  });

  it('gives what was given back to others', () => {
    const held = new SharedQuota(100, 25, REFUSED);
    held.take('a', 20);
    held.giveBack('a', 15);
    held.take('a', 20);
    expect(() => held.take('a', 1)).toThrow(overloaded);
    held.giveBack('a', 25);
    for (const holder of ['b', 'c', 'd', 'e']) held.take(holder, 25);
  });

  it('takes nothing when it refuses', () => {
    const held = new SharedQuota(100, 25, REFUSED);
    expect(() => held.take('a', 26)).toThrow(overloaded);
    held.take('a', 25);
  });
});

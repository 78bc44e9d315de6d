import { describe, expect, it } from '@jest/globals';
import { HeldBytes } from './held-bytes.js';

const overloaded = expect.objectContaining({ code: 'overloaded' });

describe('HeldBytes', () => {
  it('limits each holder to its share, and all holders to the total', () => {
    const held = new HeldBytes(100, 25);
    held.take('a', 25);
    expect(() => held.take('a', 1)).toThrow(overloaded);
    for (const holder of ['b', 'c', 'd']) held.take(holder, 25);
    expect(() => held.take('e', 1)).toThrow(overloaded);
  });

  it('returns bytes that were given back', () => {
    const held = new HeldBytes(100, 25);
    held.take('a', 20);
    held.uncount('a', 15);
    held.take('a', 20);
    expect(() => held.take('a', 1)).toThrow(overloaded);
    held.uncount('a', 25);
    for (const holder of ['b', 'c', 'd', 'e']) held.take(holder, 25);
  });

  it('takes nothing when it refuses', () => {
    const held = new HeldBytes(100, 25);
    expect(() => held.take('a', 26)).toThrow(overloaded);
    held.take('a', 25);
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startTime, stopTime } from '../../test/support/clock.js';
import { RefusedKeys } from './refused-keys.js';

describe('RefusedKeys', () => {
  const key = { kid: 'one', sourceAddress: '203.0.113.7' };
  let time: ReturnType<typeof stopTime>;

  beforeEach(() => {
    time = stopTime();
  });
  afterEach(startTime);

  it('finds a key by kid and address', () => {
    const refused = new RefusedKeys();
    expect(refused.has(key)).toBe(false);
    refused.add(key);
    expect(refused.has(key)).toBe(true);
    expect(refused.has({ ...key, kid: 'other' })).toBe(false);
    expect(refused.has({ ...key, sourceAddress: '203.0.113.8' })).toBe(false);
  });

  it('forgets a key after a minute', () => {
    const refused = new RefusedKeys();
    refused.add(key);
    time.passMs(60_000);
    expect(refused.has(key)).toBe(true);
    time.passMs(1);
    expect(refused.has(key)).toBe(false);
  });
});

import { describe, expect, it } from '@jest/globals';
import { sourceNetwork } from './source-network.js';

describe('sourceNetwork', () => {
  it('returns an IPv4 address in one form', () => {
    for (const same of [
      '203.0.113.7',
      '::ffff:203.0.113.7',
      '::FFFF:cb00:7107',
      '0:0:0:0:0:ffff:203.0.113.7',
    ]) {
      expect(sourceNetwork(same)).toBe('203.0.113.7');
    }
    expect(sourceNetwork('203.0.113.8')).not.toBe(sourceNetwork('203.0.113.7'));
  });

  it('returns the /64 of an IPv6 address', () => {
    const network = sourceNetwork('2001:db8:0:1::1');
    for (const neighbour of [
      '2001:db8:0:1:ffff:ffff:ffff:ffff',
      '2001:DB8::1:0:0:0:2',
      '2001:0db8:0000:0001::',
    ]) {
      expect(sourceNetwork(neighbour)).toBe(network);
    }
    expect(sourceNetwork('2001:db8:0:2::1')).not.toBe(network);
  });
});

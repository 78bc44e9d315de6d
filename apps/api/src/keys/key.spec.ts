import { describe, expect, it } from '@jest/globals';
import { generateKey, parseKey } from './key.js';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

describe('parseKey', () => {
  // Checksums computed apart from this code, with Python's zlib.crc32.
  it.each([
    {
      key: 'crk_0123456789ABCDEF_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg0NRcl2',
      prefix: 'crk_',
      kid: '0123456789ABCDEF',
      secret: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg',
    },
    {
      key: `cro_${'z'.repeat(16)}_${'z'.repeat(43)}0CWaXH`,
      prefix: 'cro_',
      kid: 'z'.repeat(16),
      secret: 'z'.repeat(43),
    },
    {
      key: `crk_0000000000000288_${'0'.repeat(43)}00Aiqe`,
      prefix: 'crk_',
      kid: '0000000000000288',
      secret: '0'.repeat(43),
    },
  ])('parses $key', ({ key, ...parts }) => {
    expect(parseKey(key)).toEqual(parts);
  });

  it('detects every change of a character', () => {
    const { key } = generateKey('crk_');
    const caught = (at: number, other: string) => parseKey(key.slice(0, at) + other + key.slice(at + 1));
    for (let at = 0; at < key.length; at += 1) {
      for (const other of `${BASE62}_- é`) {
        if (other !== key[at]) expect(caught(at, other)).toBeUndefined();
      }
    }
  });

  it('detects every swap of two neighbours', () => {
    for (let round = 0; round < 50; round += 1) {
      const { key } = generateKey('cro_');
      for (let at = 0; at + 1 < key.length; at += 1) {
        const swapped = key.slice(0, at) + key.charAt(at + 1) + key.charAt(at) + key.slice(at + 2);
        if (swapped !== key) expect(parseKey(swapped)).toBeUndefined();
      }
    }
  });

  it('refuses shorter and longer text, and text around a key', () => {
    const { key } = generateKey('crk_');
    for (let length = 0; length < key.length; length += 1) {
      expect(parseKey(key.slice(0, length))).toBeUndefined();
      expect(parseKey(key.slice(length + 1))).toBeUndefined();
    }
    for (const text of [
      `${key}0`,
      `${key}\n`,
      ` ${key}`,
      `${key} `,
      `Bearer ${key}`,
      key + key,
      `${key}\0`,
    ]) {
      expect(parseKey(text)).toBeUndefined();
    }
  });
});

describe('generateKey', () => {
  it.each(['crk_', 'cro_'] as const)('creates %s keys that parse to their parts', (prefix) => {
    for (let round = 0; round < 500; round += 1) {
      const { key, kid, secret } = generateKey(prefix);
      expect(key).toMatch(/^cr[ko]_[0-9A-Za-z]{16}_[0-9A-Za-z]{49}$/);
      expect(parseKey(key)).toEqual({ prefix, kid, secret });
    }
  });

  it('never repeats a kid or a secret', () => {
    const seen = new Set<string>();
    for (let round = 0; round < 2_000; round += 1) {
      const { kid, secret } = generateKey('crk_');
      seen.add(kid).add(secret);
    }
    expect(seen.size).toBe(4_000);
  });

  it('uses all characters equally', () => {
    const counts = new Map<string, number>();
    for (let round = 0; round < 4_000; round += 1) {
      for (const character of generateKey('crk_').secret) {
        counts.set(character, (counts.get(character) ?? 0) + 1);
      }
    }
    const expected = (4_000 * 43) / 62;
    let chiSquared = 0;
    for (const character of BASE62) chiSquared += ((counts.get(character) ?? 0) - expected) ** 2 / expected;
    // 61 degrees of freedom: a fair generator exceeds 150 once in 10^8; a plain `byte % 62` scores about 3,000.
    expect(chiSquared).toBeLessThan(150);
  });
});

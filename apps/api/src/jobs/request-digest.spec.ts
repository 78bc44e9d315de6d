import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { digestOf } from './request-digest.js';

describe('digestOf', () => {
  it('does not depend on the order of members', () => {
    expect(digestOf({ a: 1, b: { c: [1, 2], d: null } })).toEqual(
      digestOf({ b: { d: null, c: [1, 2] }, a: 1 }),
    );
  });

  it('ignores undefined members, like JSON', () => {
    expect(digestOf({ a: 1, b: undefined })).toEqual(digestOf({ a: 1 }));
  });

  it('is the SHA-256 of the JSON text with sorted members', () => {
    const text = createHash('sha256').update('{"a":[1,"x"],"b":{"c":true,"d":null}}').digest();
    expect(Buffer.from(digestOf({ b: { d: null, c: true }, a: [1, 'x'] }))).toEqual(text);
  });

  it.each([
    [{ a: 1 }, { a: '1' }],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: [1, 23] }, { a: [12, 3] }],
    [{ a: [1, 2] }, { a: { 0: 1, 1: 2 } }],
    [{ a: null }, {}],
    [{ 'a":1,"b': 2 }, { a: 1, b: 2 }],
  ])('differs for %j and %j', (one, other) => {
    expect(digestOf(one)).not.toEqual(digestOf(other));
  });
});

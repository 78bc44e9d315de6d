import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { base64, readBase64 } from './base64.js';

/** Among other bytes. */
function read(text: string, count: number): Buffer | undefined {
  const bytes = Buffer.from(`"${text}"`);
  const to = Buffer.alloc(1 + count);
  return readBase64(bytes, 1, bytes.length - 1, to, 1, count) ? to.subarray(1) : undefined;
}

describe('Base64 decoder', () => {
  // RFC 4648 section 10.
  it.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('decodes %j as in the RFC', (text, encoded) => {
    expect(read(encoded, text.length)?.toString()).toBe(text);
  });

  it('decodes in place what base64() decodes', () => {
    void fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(read(text, bytes.length)).toEqual(base64(text));
      }),
    );
  });

  it.each(['Zh==', 'Zg=', 'Zg', 'Zg=a', 'Zg==Zg==', 'Z===', 'Z-==', 'Zgg=', '====', ' Zg=', 'Zg\n='])(
    'refuses %j, like base64()',
    (text) => {
      expect(base64(text)?.length).not.toBe(1);
      expect(read(text, 1)).toBeUndefined();
    },
  );

  it.each(['Zm9=', 'Zm8', 'Zm8==', 'Zm9v'])('refuses %j for two bytes', (text) => {
    expect(read(text, 2)).toBeUndefined();
  });
});

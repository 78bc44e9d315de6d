import { describe, expect, it } from '@jest/globals';
import { canonicalCapacity, writeCanonicalJson } from './canonical-json.js';

const unencodable = expect.objectContaining({ name: 'UnencodableRecordError' });

/** Among other bytes, which are none of its business. */
function canonicalJson(text: string): string {
  const json = Buffer.from(`"${text}"`);
  const [begin, end] = [1, json.length - 1];
  const out = Buffer.alloc(1 + canonicalCapacity(end - begin));
  return out.toString('utf8', 1, writeCanonicalJson(json, begin, end, out, 1));
}

describe('canonical JSON', () => {
  it('escapes and sorts like RFC 8785 sections 3.2.2 and 3.2.3, but keeps every digit', () => {
    expect(
      canonicalJson(String.raw`{
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
      }`),
    ).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[33333333333333329e-8,1e30,45e-1,2e-3,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
    expect(
      canonicalJson(String.raw`{
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\ud83d\ude00": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis"
      }`),
    ).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
  });

  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['-0.00', '0'],
    ['0e5', '0'],
    ['7', '7'],
    ['-7', '-7'],
    ['10', '1e1'],
    ['1000', '1e3'],
    ['1e3', '1e3'],
    ['1E+03', '1e3'],
    ['1.50', '15e-1'],
    ['1.5', '15e-1'],
    ['0.0015', '15e-4'],
    ['100.00', '1e2'],
    ['-12.340e2', '-1234'],
    ['9007199254740993', '9007199254740993'],
    ['0.1000000000000000055511151231257827', '1000000000000000055511151231257827e-34'],
    ['1e400', '1e400'],
    ['1e-1000000', '1e-1000000'],
  ])('writes %s as %s', (text, canonical) => {
    expect(canonicalJson(text)).toBe(canonical);
    expect(canonicalJson(canonical)).toBe(canonical);
  });

  it.each([
    ['{"b":1,"a":2}', ' { "a" : 2 ,\r\n\t"b" : 1.0 } '],
    ['[]', '[ ]'],
    ['{}', '{ }'],
    ['"\\u00e9"', '"é"'],
    ['"\\/"', '"/"'],
    ['"\\u007f"', '"\u007f"'],
    ['"\\ud83d\\ude00"', '"😀"'],
    ['{"\\u0061":1}', '{"a":1}'],
    ['{"__proto__":1,"a":[{}]}', '{"a":[{}],"__proto__":1}'],
  ])('writes %s and %s as the same text', (one, other) => {
    expect(canonicalJson(one)).toBe(canonicalJson(other));
  });

  it.each([
    ['9007199254740993', '9007199254740992'],
    ['0.1', '0.10000000000000000001'],
    ['1', '"1"'],
    ['null', '"null"'],
    ['"e\\u0301"', '"\\u00e9"'],
    ['"\\u0000"', '"\\\\u0000"'],
    ['[1,[2]]', '[[1],2]'],
    ['{"a":null}', '{}'],
    ['12', '1e2'],
  ])('writes %s and %s as different texts', (one, other) => {
    expect(canonicalJson(one)).not.toBe(canonicalJson(other));
  });

  it.each([
    '',
    ' ',
    '{',
    '[1',
    '[1,]',
    '[,1]',
    '[1 2]',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{a:1}',
    '{"a" 1}',
    '1 2',
    '01',
    '1.',
    '.5',
    '+1',
    '--1',
    '1e',
    'NaN',
    'tru',
    'nulls',
    "'a'",
    '"a',
    '"\\"',
    '"\\x"',
    '"\\u12"',
    '"\n"',
    '{"a":1,"a":1}',
    '{"a":1,"b":2,"\\u0061":3}',
    '"\\ud800"',
    '{"\\udc00":1}',
    '1e1000001',
    '1e99999999999999999999',
    `${'['.repeat(100_000)}`,
    `${'{"a":'.repeat(100_000)}`,
  ])('refuses %j', (text) => {
    expect(() => canonicalJson(text)).toThrow(unencodable);
  });

  it('reads values of any depth', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const deep = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
      expect(canonicalJson(deep) === deep).toBe(true);
    }
  });
});

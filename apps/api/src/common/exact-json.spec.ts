import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { doubleIfSame, ExactNumber, NumberOutOfRangeError, parseJson, stringifyJson } from './exact-json.js';

const again = (text: string) => stringifyJson(parseJson(text));

describe('parseJson and stringifyJson', () => {
  it.each([
    '1546130668394913822',
    '-9007199254740993',
    '0.1000000000000000055511151231257827',
    '3.141592653589793238462643383279',
    '1.0',
    '0.10',
    '-0.0',
    '1e400',
    '1E5',
    '5e-324',
    '0.0000001',
    '123456789012345678',
  ])('keep %s', (number) => {
    expect(parseJson(number)).toEqual(new ExactNumber(number));
    for (const text of [number, `[${number}]`, `{"a":{"b":[1,"x",${number}]},"c":${number}}`]) {
      expect(again(text)).toBe(text);
    }
  });

  it.each(['0', '7', '-7', '1.5', '0.1', '900719925474099', '123456.789', 'true', 'null', '"1.0"', '""'])(
    'leave %s as a JavaScript value',
    (text) => {
      expect(parseJson(text)).toBe(JSON.parse(text));
      expect(again(text)).toBe(text);
    },
  );

  it('keep numbers inside strings', () => {
    for (const text of [
      '": 1.0, "',
      '"\\": 1e9, \\""',
      '"\\\\"',
      '{"12345678901234567890":"[1.0]","b":1.0}',
    ]) {
      expect(again(text)).toBe(text);
    }
  });

  it('keep every digit of any JSON', () => {
    const number = fc
      .tuple(
        fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
        fc.stringMatching(/^(\.\d{1,30})?([eE][+-]?\d{1,3})?$/),
      )
      .map(([whole, rest]) => `${whole}${rest}`);
    const { json } = fc.letrec<{ json: string }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        number,
        fc.string({ unit: 'binary' }).map((it) => JSON.stringify(it)),
        fc.array(tie('json'), { maxLength: 5 }).map((it) => `[${it.join(',')}]`),
        fc
          .uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), tie('json')), {
            maxLength: 5,
            selector: ([name]) => name,
          })
          // A name that looks like an index would come first.
          .map((it) => `{${it.map(([name, value]) => `${JSON.stringify(`_${name}`)}:${value}`).join(',')}}`),
      ),
    }));
    fc.assert(fc.property(json, (text) => expect(again(text)).toBe(text)));
  });

  it('do not change the global JSON.stringify', () => {
    expect(JSON.stringify(parseJson('[1.50,1546130668394913822]'))).toBe('[1.5,1546130668394913800]');
  });

  it('keep the last of two members with one name', () => {
    expect(again('{"a":1.0,"a":2.0}')).toBe('{"a":2.0}');
  });

  it('refuse invalid JSON, numbers out of the range of PostgreSQL, and too many digits', () => {
    for (const text of ['', '{', '01', '1.', '.5', '+1', '1e', '"a', '[1.0,]']) {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    }
    for (const text of [
      '1e131072',
      '1e-16384',
      `0.${'1'.repeat(16_384)}`,
      '1e999999999999',
      `${'1'.repeat(131_073)}`,
    ]) {
      expect(() => parseJson(text)).toThrow(NumberOutOfRangeError);
    }
    expect(() => parseJson('[1e99,1e99]', 200)).not.toThrow();
    expect(() => parseJson('[1e99,1e100]', 200)).toThrow(NumberOutOfRangeError);
  });
});

describe('doubleIfSame', () => {
  it.each([
    ['1.0', 1],
    ['4.20e1', 42],
    ['1e22', 1e22],
    ['0.10', 0.1],
    ['-0.0', -0],
    ['5e-324', 5e-324],
  ])('converts %s to a double', (text, double) => {
    expect(doubleIfSame(new ExactNumber(text))).toBe(double);
  });

  it.each(['9007199254740993', '0.10000000000000000001', '50.00000000000000000001', '1e400', '1e-400'])(
    'leaves %s unchanged',
    (text) => {
      expect(doubleIfSame(new ExactNumber(text))).toEqual(new ExactNumber(text));
    },
  );

  it.each([7, '7', null, undefined, true])('leaves %p unchanged', (value) => {
    expect(doubleIfSame(value)).toBe(value);
  });
});

import { describe, expect, it } from '@jest/globals';
import { parseIfMatch } from './if-match.js';

describe('parseIfMatch', () => {
  it.each([
    [undefined, null],
    ['*', null],
    [' * ', null],
    ['"12"', [12]],
    ['"2147483647", "2147483648"', [2_147_483_647]],
    ['"3"', [3]],
    ['"3", "4"', [3, 4]],
    ['W/"3"', []],
    ['"abc"', []],
    ['"a,b"', []],
    ['"a,b" ,"7"', [7]],
    ['"99999999999"', []],
    ['"9999999999"', []],
  ])('reads %j as %j', (header, revs) => {
    expect(parseIfMatch(header)).toEqual(revs);
  });

  it.each(['3', '', '"3', '"3" "4"', '"3",', 'W/3'])('refuses %j', (header) => {
    expect(() => parseIfMatch(header)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });
});

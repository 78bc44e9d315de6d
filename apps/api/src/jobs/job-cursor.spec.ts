import { expect, it } from '@jest/globals';
import { decodeJobCursor, encodeJobCursor } from './job-cursor.js';

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';

it('decodeJobCursor returns the encoded id', () => {
  expect(encodeJobCursor(ID)).toMatch(/^[\w-]{22}$/);
  expect(decodeJobCursor(encodeJobCursor(ID))).toBe(ID);
});

it.each([
  '',
  'x',
  ID,
  `${encodeJobCursor(ID)}=`,
  `${encodeJobCursor(ID)}AAAA`,
  encodeJobCursor(ID).slice(0, -1),
  // the same bytes, written otherwise
  `${encodeJobCursor(ID).slice(0, -1)}X`,
  encodeJobCursor('00000000-0000-0000-0000-00000000000'),
])('decodeJobCursor refuses %j', (cursor) => {
  expect(() => decodeJobCursor(cursor)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
});

import { describe, expect, it } from '@jest/globals';
import { wholeLines } from '../audit-proof/export-line.js';
import { BATCH_BYTES, batchesOf } from './batches.js';

const PIECE = 65_536;

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

describe('batchesOf', () => {
  it('yields whole records, and scans a very large record at most twice', async () => {
    const large = 16 * BATCH_BYTES;
    const text = `first\n${'x'.repeat(large)}\n${'line\n'.repeat(4 * BATCH_BYTES)}last\n`;
    let looked = 0;
    const batches: string[] = [];
    const wholeOf = (bytes: Uint8Array) => {
      looked += bytes.length;
      return wholeLines(bytes);
    };
    for await (const batch of batchesOf(piecesOf(Buffer.from(text)), wholeOf)) {
      batches.push(Buffer.from(batch).toString());
    }
    expect(batches.join('') === text).toBe(true);
    expect(batches.every((it) => it.endsWith('\n'))).toBe(true);
    expect(looked).toBeLessThan(4 * text.length);
    // After it they are as small as ever.
    expect(batches.length).toBeGreaterThan(3);
  });

  it.each([
    [false, ['one\n']],
    [true, ['one\ntwo']],
  ])('asks whether the text after the last newline is a record (%s)', async (isRecord, wanted) => {
    const asked: string[] = [];
    const batches: string[] = [];
    const isWhole = (rest: Uint8Array) => {
      asked.push(Buffer.from(rest).toString());
      return isRecord;
    };
    for await (const batch of batchesOf(piecesOf(Buffer.from('one\ntwo')), wholeLines, isWhole)) {
      batches.push(Buffer.from(batch).toString());
    }
    expect({ batches, asked }).toEqual({ batches: wanted, asked: ['two'] });
  });
});

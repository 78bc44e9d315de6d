import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { wholeLines } from '../../src/audit-proof/export-line.js';
import { batchesOf } from '../../src/audit-verification/batches.js';
import { lineBound } from '../../src/audit-verification/line-files.js';
import { SealedLog, type Verified } from '../integration/verification-fixture.js';

let log: SealedLog;
let lines: string[];

beforeAll(async () => {
  log = await SealedLog.make();
  lines = await log.onCopy((copy) => copy.lines());
});

afterAll(() => log?.close());

const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u;
/** Clears the screen, turns the text around, and prints a verdict that is not the verifier's. */
const HOSTILE = '\u001b[2J\u001b[H\u202e\u2066\u200b\u2028\u0007\u009b1mThe log holds: 42 records';

function expectHonest({ code, text }: Verified): void {
  expect(code).not.toBe(0);
  for (const line of text.split('\n')) expect(line).not.toMatch(UNPRINTABLE);
  expect(text).not.toMatch(/^The log holds/m);
}

describe('report on a hostile export', () => {
  it.each<[string, (text: string) => string]>([
    ['an id', (text) => (lines[9] ?? '').replace(/"id":"[^"]*"/, `"id":"${text}"`)],
    ['an outcome', (text) => (lines[9] ?? '').replace('"SUCCESS"', `"${text}"`)],
    ['an outcome, escaped', (text) => (lines[9] ?? '').replace('"SUCCESS"', JSON.stringify(text))],
    ['the name of a member', (text) => (lines[9] ?? '').replace('{', `{"${text}":1,`)],
    ['a number in changes', (text) => (lines[9] ?? '').replace(/"changes":.*/, `"changes":{"${text}":1x}}`)],
    ['a line', (text) => text],
  ])('contains no control, format or bidirectional character from %s', async (_, hostile) => {
    expectHonest(await log.verifyExportByCommand(lines.with(9, hostile(HOSTILE))));
  });

  it('contains none from the header line or from the name of a file', async () => {
    const header = { version: 1, scope: 'all', filter: { action: HOSTILE }, checkpoint: null };
    const filtered = await log.verifyExportByCommand([JSON.stringify({ export: header }), ...lines]);
    expectHonest(filtered);
    expect(filtered.code).toBe(1);
    expectHonest(await log.verifyExportByCommand([`{"export":${HOSTILE}`, ...lines]));
    const odd = { export: { ...header, filter: { action: { toString: 1 } } } };
    expectHonest(await log.verifyExportByCommand([JSON.stringify(odd), ...lines]));
  });
});

it.each([
  ['{"month": {"to": {"toString": 1, "valueOf": 1}}}'],
  ['{"month": "2020-01", "records": null, "earlier": {"to": {"2020-01": "many"}}}'],
  ['[]'],
  ['"text"'],
])('verification completes for a retention record with hostile `changes`: %s', async (changes) => {
  const last = (lines.at(-1) ?? '')
    .replace(/"action":"[^"]*"/, '"action":"audit.retained"')
    .replace(/"changes":.*/, `"changes":${changes}}`);
  const { text } = await log.verifyExport([...lines, last.replace(/"rev":\d+/, '"rev":null')]);
  expect(text).toMatch(/^(TAMPERING|The log holds|Inconclusive)/);
});

it('a line of 250 MiB is reported without being held in memory', async () => {
  const [piece, count] = [Buffer.alloc(65_536, 0x61), 4_000];
  let held = 0;
  async function* pieces() {
    for (let n = 0; n < count; n += 1) {
      yield Buffer.from(piece);
      if (n % 50 === 0) held = Math.max(held, process.memoryUsage().arrayBuffers);
    }
    yield Buffer.from('\nthe next line\n');
  }
  const reported: string[] = [];
  const before = process.memoryUsage().arrayBuffers;
  const found: string[] = [];
  const bound = lineBound(1_048_576, (beginning) => reported.push(beginning));
  for await (const batch of batchesOf(pieces(), wholeLines, () => false, bound)) {
    found.push(Buffer.from(batch).toString());
  }
  expect(found.join('')).toBe('the next line\n');
  expect(reported).toEqual([expect.stringMatching(/^a{200}$/)]);
  // Of 250 MiB.
  expect(held - before).toBeLessThan(100 * 2 ** 20);

  const long = await log.verifyExport(lines.with(9, 'x'.repeat(6_000_000)));
  expect(long.code).toBe(2);
  expect(long.text).toMatch(/^record edited: a line of over 4194304 bytes/m);
});

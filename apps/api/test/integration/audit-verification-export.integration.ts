import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SealedLog } from './verification-fixture.js';

let log: SealedLog;

beforeAll(async () => {
  log = await SealedLog.make();
});

afterAll(() => log?.close());

const member = (line: string, name: string, value: string) =>
  line.replace(new RegExp(`"${name}":[^,]*`), `"${name}":${value}`);

describe('offline verification of an export', () => {
  let lines: string[];
  beforeAll(async () => {
    lines = await log.onCopy((copy) => copy.lines());
  });

  it.each<[string, (lines: string[]) => string[], string[]]>([
    ['an edit', (all) => all.with(9, member(all[9] ?? '', 'reason', '"because"')), ['record edited']],
    [
      'a member that no leaf covers',
      (all) => all.with(9, (all[9] ?? '').replace('{', '{"approved":true,')),
      ['gap in rev', 'record edited'],
    ],
    ['a missing line', (all) => all.toSpliced(9, 1), ['gap in rev', 'record missing']],
    ['a tail cut', (all) => all.slice(0, 30), ['tail cut']],
    ['a head cut', (all) => all.slice(5), ['gap in rev', 'head cut']],
    [
      'lines in another order',
      (all) => all.with(8, all[9] ?? '').with(9, all[8] ?? ''),
      ['order changed', 'record missing'],
    ],
    [
      'lines in another order with new numbers',
      (all) =>
        all.with(8, member(all[9] ?? '', 'leafIndex', '8')).with(9, member(all[8] ?? '', 'leafIndex', '9')),
      ['order changed'],
    ],
  ])('reports tampering for %s', async (_, tamper, kinds) => {
    const { code, kinds: found, text } = await log.verifyExport(tamper(lines));
    expect({ code, found, text }).toEqual({ code: 2, found: kinds, text: expect.any(String) });
  });

  it('reports an edited checkpoints file, and one without a line', async () => {
    const path = join(log.machine.directory, 'tampered.ndjson');
    const published = (await readFile(log.machine.path, 'utf8')).trimEnd().split('\n');
    for (const [tampered, kind] of [
      [published.with(3, (published[3] ?? '').replace('timeline: 1', 'timeline: 2')), 'checkpoint forged'],
      [published.toSpliced(3, 1), 'checkpoint missing'],
    ] as const) {
      await writeFile(path, `${tampered.join('\n')}\n`);
      const { code, kinds } = await log.verifyExport(lines, path);
      expect({ code, kinds }).toEqual({ code: 2, kinds: expect.arrayContaining([kind]) });
    }
  });

  it('accepts a checkpoints file with repeated lines, another layout, or a cut last line', async () => {
    const path = join(log.machine.directory, 'shipped.ndjson');
    const text = await readFile(log.machine.path, 'utf8');
    const published = text.trimEnd().split('\n');
    for (const shipped of [
      `${[...published, ...published.slice(-3)].join('\n')}\n`,
      `${published.flatMap((it) => [it, it]).join('\n')}\n`,
      `${published.toReversed().join('\n')}\n`,
      `${published
        .with(4, published[3] ?? '')
        .with(3, published[4] ?? '')
        .join('\n')}\n`,
      `${JSON.stringify({ items: published.toReversed().map((it) => JSON.parse(it)), nextCursor: null })}\n`,
      JSON.stringify(
        published.map((it) => JSON.parse(it)),
        null,
        2,
      ),
      `\ufeff${published.join('\r\n')}\r\n`,
      text.trimEnd(),
      `${text}${(published[0] ?? '').slice(0, 40)}`,
    ]) {
      await writeFile(path, shipped);
      const { code, kinds, text: said } = await log.verifyExport(lines, path);
      expect({ code, kinds, said }).toEqual({ code: 0, kinds: [], said: expect.any(String) });
    }
  });

  it('names the damage of an export in transfer, instead of reporting an edit', async () => {
    await expect(log.verifyExport(lines.map((it) => `${it}\r\n`).join(''))).rejects.toThrow(/end in CR LF/);
    await expect(log.verifyExport(`\ufeff${lines.join('\n')}\n`)).rejects.toThrow(/byte order mark/);
    const reported = await log.verifyExportByCommand(lines.map((it) => `${it}\r\n`).join(''));
    expect(reported).toMatchObject({
      code: 1,
      text: expect.stringMatching(
        /^Nothing was verified: the lines of .* end in CR LF.*: copy the file unchanged\n$/,
      ),
    });
    const newlineLess = await log.verifyExport(lines.join('\n'));
    expect({ ...newlineLess }).toEqual({
      code: 0,
      kinds: [],
      text: expect.not.stringContaining('incomplete'),
    });
    const torn = await log.verifyExport(`${lines.join('\n').slice(0, -30)}`);
    expect(torn).toEqual({
      code: 0,
      kinds: [],
      text: expect.stringContaining('is incomplete and was skipped'),
    });
  });
});

import { describe, expect, it } from '@jest/globals';
import { AbsenceCheck } from './absence-check.js';
import { Findings } from './finding.js';

const MONTH = '2026-09';

/** Ten records of a month, of which retention says that it took so many, and so many are there. */
function ofMonth(
  { retained, present }: { retained: number | undefined; present: number },
  isExport: boolean,
) {
  const findings = new Findings();
  const check = new AbsenceCheck(findings);
  const gone = { of: MONTH, count: 10 - present, firstLeaf: present, lastLeaf: 9, recordId: 'one of them' };
  check.add({
    present: present === 0 ? [] : [[MONTH, present]],
    gone: [gone],
    erased: [],
    removals:
      retained === undefined ? [] : [{ action: 'audit.retained', leafIndex: 20, of: MONTH, count: retained }],
  });
  return { pending: check.end(21, isExport), found: findings.lines() };
}

describe.each([true, false])('missing month (from an export: %s)', (isExport) => {
  it('is accepted when retention recorded the same number', () => {
    expect(ofMonth({ retained: 10, present: 0 }, isExport)).toEqual({ pending: [], found: [] });
  });

  it.each([undefined, 9, 11])('is reported as missing when retention recorded %s of ten', (retained) => {
    const { found } = ofMonth({ retained, present: 0 }, isExport);
    expect(found).toEqual([expect.stringMatching(/^record missing: all records of 2026-09 are gone/)]);
  });
});

describe('month with a missing part', () => {
  it('is inconclusive for an export that was read during retention', () => {
    expect(ofMonth({ retained: 10, present: 4 }, true)).toEqual({
      pending: ['retention removed the records of 2026-09 while the log was exported: export it again'],
      found: [],
    });
  });

  it.each([
    ['an export whose parts are not the whole month', 9, true],
    ['a database, which is read in one snapshot', 10, false],
  ])('is reported as tampering: %s', (_, retained, isExport) => {
    const { pending, found } = ofMonth({ retained, present: 4 }, isExport);
    expect(pending).toEqual([]);
    expect(found).toEqual([expect.stringMatching(/^head cut|^record missing|^tail cut/)]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Findings } from './finding.js';
import { RevCheck } from './rev-check.js';

const JOB = '019fbfc5-3400-7000-8000-00000000000a';
const KEY = Buffer.from(JOB.replaceAll('-', ''), 'hex').toString('latin1');
const MOMENT = new Date(0x019fbfc53400);

/** What is found of a job whose records come in this order; the last one that a job has is given as text. */
function found(revs: (number | string)[], removedBefore?: Date): string[] {
  const findings = new Findings();
  const check = new RevCheck(findings);
  for (const rev of revs) check.add(KEY, Number(rev), typeof rev === 'string');
  check.end(removedBefore);
  return findings.lines();
}

describe('rev of a job', () => {
  it.each([
    [[1]],
    [[1, 2, 3]],
    [[1, 2, '3']],
    [[2, 1]],
    [['2', 1]],
    [[3, '4', 1, 2]],
    [[1, 3, '4', 2]],
    [[5, 6, 7, 2, 4, 1, 3]],
  ])('is consecutive, in any order of records: %j', (revs) => {
    expect(found(revs)).toEqual([]);
  });

  it.each([
    [[1, 3], /between rev 1 and rev 3/],
    [[1, 2, '4'], /between rev 2 and rev 4/],
    [[4, '5', 1, 2], /between rev 2 and rev 4/],
    [[2, 3], /begin at rev 2, not at 1/],
    [['2'], /begin at rev 2, not at 1/],
  ])('has a gap: %j', (revs, gap) => {
    expect(found(revs)).toEqual([expect.stringMatching(gap)]);
    expect(found(revs)[0]).toMatch(new RegExp(`^gap in rev: .*${JOB}`));
  });

  it.each([[[1, 1]], [[1, 2, 3, 2]], [[1, 3, 3, 2]]])('appears twice: %j', (revs) => {
    expect(found(revs)).toEqual([expect.stringMatching(/^record added: job .* has two records of rev/)]);
  });

  it('can start later if the job is older than the retention', () => {
    expect(found([2, 3], new Date(MOMENT.getTime() + 1))).toEqual([]);
    expect(found([2, 3], MOMENT)).toHaveLength(1);
    expect(found([2, 4], new Date(MOMENT.getTime() + 1))).toHaveLength(1);
  });
});

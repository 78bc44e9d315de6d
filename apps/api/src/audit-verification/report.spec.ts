import { expect, it } from '@jest/globals';
import type { Checkpoint } from '../audit-proof/checkpoint.js';
import { Findings } from './finding.js';
import { verdictOf } from './report.js';
import type { Outcome } from './verification-run.js';

const last: Checkpoint = {
  origin: 'registry.example/audit-log',
  size: 2,
  root: Buffer.alloc(32),
  seq: 1,
  sealedAt: '2026-11-24T11:22:33.044Z',
  systemIdentifier: '7576211234567890123',
  timeline: 1,
};

const OUTCOME: Outcome = {
  records: 2,
  unsealed: 0,
  uncovered: 0,
  oldestUnsealed: Number.POSITIVE_INFINITY,
  pending: [],
  reported: [],
  removedBefore: undefined,
  continuation: () => undefined,
};

it.each([
  ['an hour or more before', '2026-11-24T10:22:33.043Z', true],
  ['less than an hour before', '2026-11-24T10:22:33.045Z', false],
])(
  'the report accepts an unsealed record from %s the last checkpoint, and notes an old one',
  (_, time, said) => {
    const { exitCode, text } = verdictOf({
      findings: new Findings(),
      outcome: { ...OUTCOME, records: 3, unsealed: 1, oldestUnsealed: Date.parse(time) },
      checkpoints: 2,
      last,
      reported: [],
      notes: [],
    });
    expect(exitCode).toBe(0);
    expect(text.includes(`Note: an unsealed record says that it was written at ${time}`)).toBe(said);
  },
);

it('the report has no note when every record is sealed', () => {
  const { text } = verdictOf({
    findings: new Findings(),
    outcome: OUTCOME,
    checkpoints: 2,
    last,
    reported: [],
    notes: [],
  });
  expect(text).not.toContain('Note');
});

import type { Checkpoint } from '../audit-proof/checkpoint.js';
import { printable } from '../audit-proof/printable.js';
import type { Findings } from './finding.js';
import type { Outcome } from './verification-run.js';

export const EXIT = { holds: 0, inconclusive: 1, tampering: 2 } as const;

export interface Verdict {
  exitCode: (typeof EXIT)[keyof typeof EXIT];
  /** its last lines say what to do next */
  text: string;
}

interface Verified {
  findings: Findings;
  outcome: Outcome;
  checkpoints: number;
  last: Checkpoint | undefined;
  /** what was removed from the log lawfully, or continued, as sentences */
  reported: string[];
  /** what was left out, as sentences */
  notes: string[];
}

const AFTER_TAMPERING = `What to do next:
  1. Change nothing. Stop the servers, and copy the database, the checkpoints file and this report as they are.
  2. Run this again on the copy, with the checkpoints that were shipped off the machine (--checkpoints FILE): they show whether
     the file on this machine was altered too.
  3. Compare what is named above with the newest backup in which the log still holds. docs/audit-log.md says what each word means.`;

/**
 * A record that is still unsealed this long before the last checkpoint was written in a very long transaction, or by
 * hand.
 */
const LONG_UNSEALED_MS = 3_600_000;
/** Maximum number of listed removals. */
const MAX_TOLD = 200;

/** The verdict if nothing was compared, because the input cannot be verified. */
export function notVerified(reason: string): Verdict {
  return { exitCode: EXIT.inconclusive, text: `Nothing was verified: ${printable(reason)}.\n` };
}

/** The verdict as text, for the caller of the command. */
export function verdictOf({ findings, outcome, checkpoints, last, reported, notes }: Verified): Verdict {
  const remarks = [
    ...reported.slice(0, MAX_TOLD).map((it) => `Recorded in the log: ${printable(it)}.\n`),
    ...(reported.length > MAX_TOLD
      ? [`Recorded in the log: and ${reported.length - MAX_TOLD} more of these.\n`]
      : []),
    ...[...notes, ...longUnsealed(outcome, last)].map((it) => `Note: ${printable(it)}.\n`),
  ].join('');
  if (!findings.isEmpty) {
    return {
      exitCode: EXIT.tampering,
      text: `TAMPERING: this log is not the one that was sealed.\n${findings.lines().join('\n')}\n${remarks}${AFTER_TAMPERING}\n`,
    };
  }
  if (last === undefined) {
    return {
      exitCode: EXIT.inconclusive,
      text: `Inconclusive: there is no checkpoint to compare the log with.\n${remarks}Start the server, which seals within a second, and run this again.\n`,
    };
  }
  if (outcome.pending.length > 0) {
    const pending = outcome.pending.map((it) => `  ${printable(it)}\n`).join('');
    return {
      exitCode: EXIT.inconclusive,
      text: `Inconclusive:\n${pending}${remarks}New records are sealed within a second, as a rule. Then run this again.\n`,
    };
  }
  const covered = outcome.records - outcome.unsealed - outcome.uncovered;
  const under = `under ${checkpoints} checkpoints, the last one ${last.seq} of ${last.sealedAt}`;
  const unsealed =
    outcome.unsealed === 0
      ? ''
      : `; ${outcome.unsealed} records are not sealed yet, and only a job's rev guards them`;
  if (outcome.uncovered > 0) {
    return {
      exitCode: EXIT.holds,
      text:
        `The verified part of the log holds: ${covered} of ${outcome.records} records ${under}; ` +
        `${outcome.uncovered} are newer than your last checkpoint and were not verified${unsealed}.\n` +
        `${remarks}What to do next: get newer checkpoints (GET /audit-log/checkpoints, or the file that is shipped) and run this again.\n`,
    };
  }
  return {
    exitCode: EXIT.holds,
    text:
      `The log holds: ${covered} records ${under}${unsealed}.\n` +
      `${remarks}What to do next: nothing. Keep the checkpoints where the operators of this database cannot write.\n`,
  };
}

/** An unsealed record cannot be proven. So the report says if an unsealed record is suspiciously old. */
function longUnsealed({ oldestUnsealed }: Outcome, last: Checkpoint | undefined): string[] {
  if (last === undefined || oldestUnsealed > Date.parse(last.sealedAt) - LONG_UNSEALED_MS) return [];
  return [
    `an unsealed record says that it was written at ${new Date(oldestUnsealed).toISOString()}, over an hour before the last checkpoint: ` +
      'if no transaction was open for so long, and sealing did not lag, it was added by hand',
  ];
}

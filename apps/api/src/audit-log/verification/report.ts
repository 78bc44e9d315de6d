import type { Checkpoint } from '../proof/checkpoint.js';
import type { Findings } from './finding.js';
import type { Outcome } from './verification.js';

export const EXIT = { holds: 0, couldNotRun: 1, tampering: 2 } as const;

export interface Verdict {
  exitCode: (typeof EXIT)[keyof typeof EXIT];
  /** its last lines tell a person what to do next */
  text: string;
}

interface Verified {
  findings: Findings;
  outcome: Outcome;
  checkpoints: number;
  last: Checkpoint | undefined;
  /** what was left out, as sentences */
  notes: string[];
}

const AFTER_TAMPERING = `What to do next:
  1. Change nothing. Stop the servers, and copy the database, the checkpoints file and this report as they are.
  2. Run this again on the copy, with the checkpoints that were shipped off the machine (--checkpoints FILE): they show whether
     the file on this machine was altered too.
  3. Compare what is named above with the newest backup in which the log still holds. docs/audit-log.md says what each word means.`;

/** What is not sealed so long before the last checkpoint was written in a very long transaction, or by hand. */
const LONG_UNSEALED_MS = 3_600_000;

/** In words, for whoever ran it. */
export function verdictOf({ findings, outcome, checkpoints, last, notes }: Verified): Verdict {
  const remarks = [...notes, ...longUnsealed(outcome, last)].map((it) => `Note: ${it}.\n`).join('');
  if (!findings.isEmpty) {
    return {
      exitCode: EXIT.tampering,
      text: `TAMPERING: this log is not the one that was sealed.\n${findings.lines().join('\n')}\n${remarks}${AFTER_TAMPERING}\n`,
    };
  }
  if (last === undefined) {
    return {
      exitCode: EXIT.couldNotRun,
      text: `There is no checkpoint to hold the log against.\n${remarks}Start the server, which seals within a second, and run this again.\n`,
    };
  }
  if (outcome.pending.length > 0) {
    const pending = outcome.pending.map((it) => `  ${it}\n`).join('');
    return {
      exitCode: EXIT.couldNotRun,
      text: `It cannot be told yet:\n${pending}${remarks}What is not sealed yet will be in a second, as a rule. Then run this again.\n`,
    };
  }
  return {
    exitCode: EXIT.holds,
    text:
      `The log holds: ${outcome.records - outcome.unsealed} records under ${checkpoints} checkpoints, the last one ${last.seq} of ${last.sealedAt}` +
      `${outcome.unsealed === 0 ? '' : `; ${outcome.unsealed} records are not sealed yet, and only a job's rev guards them`}.\n` +
      `${remarks}What to do next: nothing. Keep the checkpoints where the operators of this database cannot write.\n`,
  };
}

/** Nobody can prove a record that is not sealed; so who reads is told where one claims to be older than it can well be. */
function longUnsealed({ oldestUnsealed }: Outcome, last: Checkpoint | undefined): string[] {
  if (last === undefined || oldestUnsealed > Date.parse(last.sealedAt) - LONG_UNSEALED_MS) return [];
  return [
    `a record that is not sealed says it was written at ${new Date(oldestUnsealed).toISOString()}, over an hour before the last checkpoint: ` +
      'if no transaction was open for so long, and sealing did not lag, somebody added it by hand',
  ];
}

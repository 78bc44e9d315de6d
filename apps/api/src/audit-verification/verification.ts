import type { CheckpointCheck } from './checkpoint-check.js';
import type { TrustedKey } from './checkpoint-keys.js';
import type { Findings } from './finding.js';
import { type Verdict, verdictOf } from './report.js';
import type { Outcome } from './verification-run.js';
import type { WorkerPool } from './worker-pool.js';

/*
 * verifyDatabase                    (database-verification.ts)
 * verifyExport                      (export-verification.ts; needs no database)
 *   verify                          (verification-run.ts)
 *     CheckpointCheck   signatures, numbers, the database against the file
 *     verifyBatch       each record against its leaf hash, in worker threads
 *     TreeCheck         all leaves against the roots of the checkpoints
 *     RevCheck          gaps in the rev of a job
 *     AbsenceCheck      whether a retention or an erasure explains missing data
 *   concluded                       (this file)
 *     verdictOf                     (report.ts; the text and the exit code)
 */

/** The inputs of a verification, and its progress callback. */
export interface Verification {
  trusted: TrustedKey;
  /** path of the file of published checkpoints */
  checkpoints: string;
  /** @param total approximate number of records, if known */
  progress: (step: 'leaves' | 'records', done: number, total?: number) => void;
  /** closed at the end; if missing, a pool with its own threads is created */
  checker?: WorkerPool;
}

/** The verdict of all checks, with what the log records of continuations. */
export function concluded(
  check: CheckpointCheck,
  findings: Findings,
  outcome: Outcome,
  notes: string[],
): Verdict {
  const reported = [
    ...check.keyChanges.map((seq) => `the signing key changed at checkpoint ${seq}`),
    ...check.continued.map((it) => continuedAs(it, findings, outcome)),
    ...outcome.reported,
  ];
  notes.push(...check.notes);
  return verdictOf({ findings, outcome, checkpoints: check.count, last: check.last, reported, notes });
}

/** A continuation is signed. Its reason is in a record, which must be sealed too. */
function continuedAs(
  { seq, continues, sealedAt, voided }: CheckpointCheck['continued'][number],
  findings: Findings,
  outcome: Outcome,
): string {
  const record = outcome.continuation(seq);
  const { removedBefore } = outcome;
  const isRemovedByRetention = removedBefore !== undefined && Date.parse(sealedAt) < removedBefore.getTime();
  if (record?.leafIndex === null) {
    outcome.pending.push(
      `the log was continued at checkpoint ${seq}, and the record of it is not sealed yet`,
    );
  } else if (record === undefined && !isRemovedByRetention) {
    findings.add(
      'checkpoint rolled back',
      `checkpoint ${seq} continues the log after checkpoint ${continues}, and no sealed audit.continued says why`,
    );
  }
  const losses =
    voided === 0
      ? ''
      : `; ${voided} published checkpoints between them are void, and the records that only they covered are lost`;
  const why =
    record?.reason ?? (isRemovedByRetention ? '(the record of it is gone by retention)' : '(no record)');
  return `the log was continued at checkpoint ${seq}, of ${sealedAt}, after checkpoint ${continues}${losses}. Reason given: ${why}`;
}

/**
 * Keeps the findings even if the verification fails later.
 *
 * @throws the error of the verification, if there are no findings
 */
export async function outcomeOf(
  verified: Promise<Outcome>,
  findings: Findings,
  notes: string[],
): Promise<Outcome> {
  try {
    return await verified;
  } catch (error) {
    if (findings.isEmpty) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    notes.push(`verification stopped here, and the rest was not checked (${reason})`);
    return {
      records: 0,
      unsealed: 0,
      uncovered: 0,
      pending: [],
      reported: [],
      oldestUnsealed: Number.POSITIVE_INFINITY,
      removedBefore: undefined,
      continuation: () => undefined,
    };
  }
}

import { existsSync } from 'node:fs';
import type { DatabaseConnection } from '../../database/connection.js';
import { batchesOf } from './batches.js';
import { CheckpointCheck, type TrustedKey } from './checkpoint-check.js';
import { Findings } from './finding.js';
import { bytesOf, checkpointsOf, isWholeLine, requireUntouched, sizeOf } from './line-files.js';
import { LogSnapshot } from './log-snapshot.repository.js';
import { RecordChecker } from './record-checker.js';
import { wholeLines } from './record-line.js';
import { type Verdict, verdictOf } from './report.js';
import { type Outcome, verify } from './verification.js';

/** What a verification goes by, and whom it tells how far it is. */
export interface Verification {
  trusted: TrustedKey;
  /** path of the file of published checkpoints */
  checkpoints: string;
  /** @param total about how many records there are, where that is known */
  progress: (step: 'leaves' | 'records', done: number, total?: number) => void;
  /** closed at the end; left out: one with threads of its own */
  checker?: RecordChecker;
}

/**
 * Of an export, offline.
 *
 * @throws Error for files that cannot be read
 */
export async function verifyExport(path: string, verification: Verification): Promise<Verdict> {
  // Before there are threads, which would go on where this throws.
  await requireUntouched(path);
  const { trusted, checkpoints, progress, checker = new RecordChecker() } = verification;
  const findings = new Findings();
  const check = new CheckpointCheck(trusted, findings);
  const notes: string[] = [];
  const isWhole = (rest: Uint8Array) => {
    if (isWholeLine(rest)) return true;
    notes.push('the last line of the export is torn off, and was left out');
    return false;
  };
  const outcome = await outcomeOf(
    verify(
      {
        heads: check.heads({ file: checkpointsOf(checkpoints, findings) }),
        records: batchesOf(bytesOf(path), wholeLines, isWhole),
        form: 'lines',
      },
      findings,
      progress,
      checker,
    ),
    findings,
    notes,
  );
  return verdictOf({ findings, outcome, checkpoints: check.count, last: check.last, notes });
}

/**
 * Of the log in a database. Without a checkpoints file the verdict says what could not be told.
 *
 * @throws Error for a database or a file that cannot be read
 */
export async function verifyDatabase(
  connection: DatabaseConnection,
  verification: Verification,
): Promise<Verdict> {
  const { trusted, checkpoints, progress } = verification;
  const notes: string[] = [];
  const published = existsSync(checkpoints);
  if (!published) {
    notes.push(
      `there is no ${checkpoints}, so a database that was rolled back as a whole could not be told (--checkpoints FILE)`,
    );
  }
  // Before the database: what it says then must reach over all that is read here.
  const until = published ? await sizeOf(checkpoints) : 0;
  const findings = new Findings();
  const check = new CheckpointCheck(trusted, findings);
  const snapshot = await LogSnapshot.open(connection);
  let outcome: Outcome;
  try {
    const size = await snapshot.size();
    const verified = verify(
      {
        heads: check.heads({
          database: snapshot.checkpoints(),
          ...(published && { file: checkpointsOf(checkpoints, findings, until) }),
        }),
        leaves: snapshot.leaves(),
        records: snapshot.records(),
        form: 'tuples',
        afterwards: (retainedBefore) => snapshot.afterwards(retainedBefore),
      },
      findings,
      (step, done) => progress(step, done, size),
      verification.checker ?? new RecordChecker(),
    );
    outcome = await outcomeOf(verified, findings, notes);
  } finally {
    await snapshot.close();
  }
  return verdictOf({ findings, outcome, checkpoints: check.count, last: check.last, notes });
}

/** What was found stands, whatever became of the rest. @throws whatever verification did, where it had found nothing */
async function outcomeOf(verified: Promise<Outcome>, findings: Findings, notes: string[]): Promise<Outcome> {
  try {
    return await verified;
  } catch (error) {
    if (findings.isEmpty) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    notes.push(`verification broke off here, and the rest was not looked at (${reason})`);
    return { records: 0, unsealed: 0, pending: [], oldestUnsealed: Number.POSITIVE_INFINITY };
  }
}

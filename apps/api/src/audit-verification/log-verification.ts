import { refusalOf } from '../audit-proof/export-header.js';
import { wholeLines } from '../audit-proof/export-line.js';
import { isAbsent } from '../common/kept-file.js';
import type { DatabaseConnection } from '../database/connection.js';
import { batchesOf } from './batches.js';
import { CheckpointCheck } from './checkpoint-check.js';
import type { TrustedKey } from './checkpoint-keys.js';
import { checkpointsFile } from './checkpoints-file.js';
import { Findings } from './finding.js';
import { bytesOf, headerOf, isWholeLine, lineBound, requireUntouched, sizeOf } from './line-files.js';
import { LogSnapshot } from './log-snapshot.repository.js';
import { notVerified, type Verdict, verdictOf } from './report.js';
import { type Outcome, verify } from './verification-run.js';
import { WorkerPool } from './worker-pool.js';

/*
 * verifyDatabase, verifyExport      (this file)
 *   verify                          (verification-run.ts)
 *     CheckpointCheck   signatures, numbers, the database against the file
 *     verifyBatch       each record against its leaf hash, in worker threads
 *     TreeCheck         all leaves against the roots of the checkpoints
 *     RevCheck          gaps in the rev of a job
 *     AbsenceCheck      whether a retention or an erasure explains missing data
 *   verdictOf                       (report.ts; the text and the exit code)
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

/** Far longer than any line that a server writes. */
const MAX_LINE_BYTES = 4_194_304;

/**
 * Verifies an export, offline.
 *
 * @throws Error if a file cannot be read
 */
export async function verifyExport(path: string, verification: Verification): Promise<Verdict> {
  // Before any thread starts: threads would keep running after an exception here.
  await requireUntouched(path);
  const { header, begin } = await headerOf(path);
  const refusal = header === undefined ? undefined : refusalOf(header);
  if (refusal !== undefined) return notVerified(refusal);
  const { trusted, checkpoints, progress } = verification;
  const findings = new Findings();
  const file = await checkpointsFile(checkpoints, findings);
  const check = new CheckpointCheck(trusted, findings);
  const notes: string[] = [];
  if (header === undefined) {
    notes.push(
      'the first line of the export does not say what it covers: an older server made it, or the line was removed',
    );
  }
  const isWhole = (rest: Uint8Array) => {
    if (isWholeLine(rest)) return true;
    notes.push('the last line of the export is incomplete and was skipped');
    return false;
  };
  const bound = lineBound(MAX_LINE_BYTES, (beginning) =>
    findings.add(
      'record edited',
      `a line of over ${MAX_LINE_BYTES} bytes, longer than any line of a server, was skipped; it begins ${beginning}`,
    ),
  );
  const outcome = await outcomeOf(
    verify(
      {
        heads: check.heads({ file }),
        records: batchesOf(bytesOf(path, undefined, begin), wholeLines, isWhole, bound),
        form: 'lines',
        claimed: header?.checkpoint?.size,
      },
      findings,
      progress,
      verification.checker ?? new WorkerPool(),
    ),
    findings,
    notes,
  );
  return verdict(check, findings, outcome, notes);
}

/**
 * Verifies the log of a database. Without a checkpoints file the verdict says what is inconclusive.
 *
 * @throws Error if the database or a file cannot be read
 */
export async function verifyDatabase(
  connection: DatabaseConnection,
  verification: Verification,
): Promise<Verdict> {
  const { trusted, checkpoints, progress } = verification;
  const notes: string[] = [];
  // A file that exists but cannot be read is an error, not a missing file.
  const published = !(await isAbsent(checkpoints));
  if (!published) {
    notes.push(
      `there is no ${checkpoints}, so this run cannot detect a database that was rolled back as a whole (--checkpoints FILE)`,
    );
  }
  const findings = new Findings();
  // Read before the database: the database's later state must cover all checkpoints read here.
  const file = published
    ? await checkpointsFile(checkpoints, findings, await sizeOf(checkpoints))
    : undefined;
  const check = new CheckpointCheck(trusted, findings);
  const snapshot = await LogSnapshot.open(connection);
  let outcome: Outcome;
  try {
    const size = await snapshot.size();
    const verified = verify(
      {
        heads: check.heads({ database: await snapshot.checkpoints(), ...(file && { file }) }),
        leaves: snapshot.leaves(),
        records: snapshot.records(),
        form: 'tuples',
        nodes: () => snapshot.nodes(),
        afterwards: (removedBefore) => snapshot.afterwards(removedBefore),
      },
      findings,
      (step, done) => progress(step, done, size),
      verification.checker ?? new WorkerPool(),
    );
    outcome = await outcomeOf(verified, findings, notes);
  } finally {
    await snapshot.close();
  }
  const witnessed = check.lastPublished?.size ?? 0;
  const sealed = check.last?.size ?? 0;
  if (published && witnessed < sealed) {
    notes.push(
      `the checkpoints file covers ${witnessed} of ${sealed} sealed records; for the others the database's own signed checkpoints were taken. ` +
        'Ship newer checkpoints off this machine',
    );
  }
  return verdict(check, findings, outcome, notes);
}

function verdict(check: CheckpointCheck, findings: Findings, outcome: Outcome, notes: string[]): Verdict {
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
async function outcomeOf(verified: Promise<Outcome>, findings: Findings, notes: string[]): Promise<Outcome> {
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

import { refusalOf } from '../audit-proof/export-header.js';
import { wholeLines } from '../audit-proof/export-line.js';
import { batchesOf } from './batches.js';
import { CheckpointCheck } from './checkpoint-check.js';
import { checkpointsFile } from './checkpoints-file.js';
import { Findings } from './finding.js';
import { bytesOf, headerOf, isWholeLine, lineBound, requireUntouched } from './line-files.js';
import { notVerified, type Verdict } from './report.js';
import { concluded, outcomeOf, type Verification } from './verification.js';
import { verify } from './verification-run.js';
import { WorkerPool } from './worker-pool.js';

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
  return concluded(check, findings, outcome, notes);
}

import { isAbsent } from '../common/kept-file.js';
import type { DatabaseConnection } from '../database/connection.js';
import { CheckpointCheck } from './checkpoint-check.js';
import { checkpointsFile } from './checkpoints-file.js';
import { Findings } from './finding.js';
import { sizeOf } from './line-files.js';
import { LogSnapshot } from './log-snapshot.repository.js';
import type { Verdict } from './report.js';
import { concluded, outcomeOf, type Verification } from './verification.js';
import { type Outcome, verify } from './verification-run.js';
import { WorkerPool } from './worker-pool.js';

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
  return concluded(check, findings, outcome, notes);
}

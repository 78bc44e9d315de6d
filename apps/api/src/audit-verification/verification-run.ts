import { HASH_BYTES } from '../audit-proof/merkle-tree.js';
import type { StoredNode } from '../audit-proof/stored-node.js';
import { AbsenceCheck } from './absence-check.js';
import {
  type BatchForm,
  type EditedRecord,
  idAt,
  keyAt,
  NO_TREE,
  type VerifiedBatch,
} from './batch-verification.js';
import type { Finding, Findings } from './finding.js';
import type { Removal } from './removal-record.js';
import { RevCheck } from './rev-check.js';
import { StoredNodesCheck } from './stored-nodes-check.js';
import { type SealedHead, TreeCheck } from './tree-check.js';
import type { TreeLeaf } from './tree-section.js';
import { checkedInOrder, type WorkerPool } from './worker-pool.js';

/** Leaves in tree order. */
export interface LeafBatch {
  indexes: Float64Array;
  /** see `idAt` */
  ids: Uint8Array<ArrayBuffer>;
  /** 32 bytes each */
  hashes: Uint8Array<ArrayBuffer>;
}

/** Everything that is known of a log, independent of its source. */
export interface Evidence {
  heads: AsyncIterator<SealedHead>;
  /** only if the records come in another order than the tree */
  leaves?: AsyncIterable<LeafBatch>;
  /** batches of complete records; each has its own memory, which the verification takes over */
  records: AsyncIterable<Uint8Array<ArrayBuffer>>;
  form: BatchForm;
  /** for an export: number of leaves when it began, as the export itself states */
  claimed?: number | undefined;
  /** the stored subtrees, by level and then by number; read after all records */
  nodes?: () => AsyncIterable<StoredNode>;
  /** checks that can run only after all records have been read */
  afterwards?: (removedBefore: Date | undefined) => Promise<Finding[]>;
}

export interface Outcome {
  records: number;
  /** records that no checkpoint covers yet */
  unsealed: number;
  /**
   * when the oldest record without a leaf was written, in milliseconds since 1970; Infinity if every record has a leaf
   */
  oldestUnsealed: number;
  /** sealed records that none of the given checkpoints covers */
  uncovered: number;
  /** what is inconclusive until the next checkpoints or another export, as sentences */
  pending: string[];
  /** what was removed from the log lawfully, as sentences */
  reported: string[];
  /** everything that retention removed is older than this */
  removedBefore: Date | undefined;
  /** the record of the continuation that a checkpoint made, sealed or not */
  continuation: (seq: number) => Removal | undefined;
}

/** Maximum number of concurrent batches; a few for each thread. */
const UNDER_WAY = 8;
/** Maximum number of records whose hash is kept, to distinguish edited records from exchanged ones. */
const MAX_COMPARED = 1_000;

/**
 * Compares the records with their leaves, the leaves with the checkpoints, and the jobs' changes with their `rev`.
 *
 * @param checker closed at the end
 */
export async function verify(
  evidence: Evidence,
  findings: Findings,
  progress: (step: 'leaves' | 'records', done: number) => void,
  checker: WorkerPool,
): Promise<Outcome> {
  const stored = evidence.nodes === undefined ? undefined : new StoredNodesCheck(findings);
  const tree = new TreeCheck(evidence.heads, findings, {
    claimed: evidence.claimed,
    completed: stored?.completed,
  });
  const absences = new AbsenceCheck(findings);
  const revs = new RevCheck(findings);
  const edited = new EditedRecords(findings);
  let [leaves, records, unsealed, withLeaf] = [0, 0, 0, 0];
  let oldestUnsealed = Number.POSITIVE_INFINITY;
  const grow = async (batch: LeafBatch) => {
    leaves += await append(tree, batch);
  };
  try {
    if (evidence.leaves !== undefined) {
      for await (const batch of evidence.leaves) {
        await grow(batch);
        progress('leaves', leaves);
      }
    }
    for await (const checked of checkedInOrder(evidence.records, evidence.form, checker, UNDER_WAY)) {
      if (evidence.leaves === undefined) {
        await grow({ indexes: checked.leafIndexes, ids: checked.ids, hashes: checked.leafHashes });
      }
      records += checked.records;
      unsealed += checked.unsealed;
      oldestUnsealed = Math.min(oldestUnsealed, checked.oldestUnsealed);
      withLeaf += countLeaves(checked, findings);
      absences.add(checked);
      for (const it of checked.edited) edited.add(it);
      for (const id of checked.late) {
        findings.add(
          'record added',
          `record ${id} was written by a transaction that has been sealed, and was not there then`,
        );
      }
      addJobs(revs, checked);
      progress('records', records);
    }
  } finally {
    await checker.close();
  }
  if (evidence.leaves !== undefined && withLeaf > leaves) {
    findings.add(
      'record added',
      `${withLeaf - leaves} records appear twice: another record has the same leaf`,
    );
  }
  const uncovered = await tree.end();
  if (uncovered > 0 && evidence.leaves !== undefined) {
    // A database has each leaf together with the checkpoint that covers it.
    findings.add(
      'checkpoint rolled back',
      `${uncovered} sealed records come after the last checkpoint: later checkpoints are gone`,
    );
  }
  edited.end();
  if (stored !== undefined && evidence.nodes !== undefined && tree.isIntact)
    await stored.compare(evidence.nodes());
  const pending = absences.end(Math.max(leaves, tree.sealedSize), evidence.form === 'lines');
  revs.end(absences.removedBefore);
  for (const { kind, text } of (await evidence.afterwards?.(absences.removedBefore)) ?? [])
    findings.add(kind, text);
  const { olderThanCheckpoints } = tree;
  if (olderThanCheckpoints !== undefined) pending.push(olderThanCheckpoints);
  return {
    records,
    unsealed,
    uncovered,
    oldestUnsealed,
    pending,
    reported: absences.reported,
    removedBefore: absences.removedBefore,
    continuation: (seq) => absences.continuation(seq),
  };
}

/** @returns number of leaves */
async function append(tree: TreeCheck, { indexes, ids, hashes }: LeafBatch): Promise<number> {
  let count = 0;
  for (let at = 0; at < indexes.length; at += 1) {
    const index = indexes[at] ?? -1;
    if (index < 0) continue;
    count += 1;
    const hash = Buffer.from(hashes.buffer, hashes.byteOffset + at * HASH_BYTES, HASH_BYTES);
    const leaf = new BatchLeaf(ids, at, hash);
    if (!tree.addIfOpen(index, leaf)) await tree.leaf(index, leaf);
  }
  return count;
}

/** @returns number of records with a leaf in the tree */
function countLeaves({ leafIndexes, ids }: VerifiedBatch, findings: Findings): number {
  let count = 0;
  for (let at = 0; at < leafIndexes.length; at += 1) {
    const index = leafIndexes[at] ?? NO_TREE;
    if (index >= 0) count += 1;
    else if (index === NO_TREE) {
      findings.add(
        'record added',
        `record ${idAt(ids, at)} has a leaf with a number below 0, which no tree has`,
      );
    }
  }
  return count;
}

/** Reads the id only on demand: for most leaves it is never needed. */
class BatchLeaf implements TreeLeaf {
  constructor(
    private readonly ids: Uint8Array<ArrayBuffer>,
    private readonly at: number,
    readonly hash: Buffer,
  ) {}

  get id(): string {
    return idAt(this.ids, this.at);
  }
}

function addJobs(revs: RevCheck, { jobs }: VerifiedBatch): void {
  for (let at = 0; at < jobs.count; at += 1) {
    revs.add(keyAt(jobs.ids, at), jobs.revs[at] ?? 0, jobs.ended[at] === 1);
  }
}

/** Records that do not match their leaves. If two records match each other's leaves, they were exchanged. */
class EditedRecords {
  private readonly compared: EditedRecord[] = [];

  constructor(private readonly findings: Findings) {}

  add(record: EditedRecord): void {
    if (record.hashes !== undefined && this.compared.length < MAX_COMPARED) this.compared.push(record);
    else this.reportEdited(record);
  }

  end(): void {
    const sealed = new Map(this.compared.map((it) => [it.hashes?.sealed, it]));
    for (const record of this.compared) {
      const other = sealed.get(record.hashes?.found);
      if (other === undefined) this.reportEdited(record);
      else {
        this.findings.add(
          'order changed',
          `record ${record.id} has leaf ${record.leafIndex}, and was sealed as leaf ${other.leafIndex}`,
        );
      }
    }
  }

  private reportEdited({ id, leafIndex, why }: EditedRecord): void {
    this.findings.add(
      'record edited',
      `record ${id}, ${leafIndex === null ? 'not sealed' : `leaf ${leafIndex}`}: ${why}`,
    );
  }
}

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

/** Leaves in the order of the tree. */
export interface LeafBatch {
  indexes: Float64Array;
  /** see `idAt` */
  ids: Uint8Array<ArrayBuffer>;
  /** 32 bytes each */
  hashes: Uint8Array<ArrayBuffer>;
}

/** All that is known of a log, wherever it comes from. */
export interface Evidence {
  heads: AsyncIterator<SealedHead>;
  /** where the records come in another order than that of the tree */
  leaves?: AsyncIterable<LeafBatch>;
  /** batches of whole records, each in memory of its own, which is given away */
  records: AsyncIterable<Uint8Array<ArrayBuffer>>;
  form: BatchForm;
  /** of an export, how many leaves there were when it began, as it says itself */
  claimed?: number | undefined;
  /** the stored subtrees, by level and then by number; read once all records have been */
  nodes?: () => AsyncIterable<StoredNode>;
  /** what can be asked only once all records have been read */
  afterwards?: (retainedBefore: Date | undefined) => Promise<Finding[]>;
}

export interface Outcome {
  records: number;
  /** records that no checkpoint covers yet */
  unsealed: number;
  /** when the oldest record that has no leaf was written, in milliseconds since 1970; Infinity where each has one */
  oldestUnsealed: number;
  /** sealed records that no checkpoint covers which was given */
  uncovered: number;
  /** what cannot be told yet, as sentences: it waits for the next checkpoints, or for another export */
  pending: string[];
  /** what left the log lawfully, as sentences */
  told: string[];
  /** what retention took away is older */
  retainedBefore: Date | undefined;
  /** the record of the continuation that a checkpoint made, sealed or not */
  continuation: (seq: number) => Removal | undefined;
}

/** Batches under way; a few for each thread. */
const UNDER_WAY = 8;
/** Records whose hash is remembered, to tell edited ones from such that have changed places. */
const MAX_COMPARED = 1_000;

/**
 * Holds the records against their leaves, the leaves against the checkpoints, and jobs against their `rev`.
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
      `${withLeaf - leaves} records stand there twice: under a leaf that another one has as well`,
    );
  }
  const uncovered = await tree.end();
  if (uncovered > 0 && evidence.leaves !== undefined) {
    // A database has each leaf together with the checkpoint that covers it.
    findings.add(
      'checkpoint rolled back',
      `${uncovered} sealed records lie beyond the last checkpoint: later ones are gone`,
    );
  }
  edited.end();
  if (stored !== undefined && evidence.nodes !== undefined && tree.isIntact)
    await stored.compare(evidence.nodes());
  const pending = absences.end(Math.max(leaves, tree.sealedSize), evidence.form === 'lines');
  revs.end(absences.retainedBefore);
  for (const { kind, text } of (await evidence.afterwards?.(absences.retainedBefore)) ?? [])
    findings.add(kind, text);
  const { olderThanCheckpoints } = tree;
  if (olderThanCheckpoints !== undefined) pending.push(olderThanCheckpoints);
  return {
    records,
    unsealed,
    uncovered,
    oldestUnsealed,
    pending,
    told: absences.told,
    retainedBefore: absences.retainedBefore,
    continuation: (seq) => absences.continuation(seq),
  };
}

/** @returns how many leaves */
async function append(tree: TreeCheck, { indexes, ids, hashes }: LeafBatch): Promise<number> {
  let count = 0;
  for (let at = 0; at < indexes.length; at += 1) {
    const index = indexes[at] ?? -1;
    if (index < 0) continue;
    count += 1;
    const hash = Buffer.from(hashes.buffer, hashes.byteOffset + at * HASH_BYTES, HASH_BYTES);
    const leaf = new BatchLeaf(ids, at, hash);
    if (!tree.takes(index, leaf)) await tree.leaf(index, leaf);
  }
  return count;
}

/** @returns how many of the records have a leaf in the tree */
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

/** Of most leaves nobody ever asks the id. */
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

/** Records that are not what was sealed. Two that are what was sealed as the other were exchanged. */
class EditedRecords {
  readonly #compared: EditedRecord[] = [];

  constructor(private readonly findings: Findings) {}

  add(record: EditedRecord): void {
    if (record.hashes !== undefined && this.#compared.length < MAX_COMPARED) this.#compared.push(record);
    else this.#reportEdited(record);
  }

  end(): void {
    const sealed = new Map(this.#compared.map((it) => [it.hashes?.sealed, it]));
    for (const record of this.#compared) {
      const other = sealed.get(record.hashes?.found);
      if (other === undefined) this.#reportEdited(record);
      else {
        this.findings.add(
          'order changed',
          `record ${record.id} stands as leaf ${record.leafIndex}, and was sealed as leaf ${other.leafIndex}`,
        );
      }
    }
  }

  #reportEdited({ id, leafIndex, why }: EditedRecord): void {
    this.findings.add(
      'record edited',
      `record ${id}, ${leafIndex === null ? 'not sealed' : `leaf ${leafIndex}`}: ${why}`,
    );
  }
}

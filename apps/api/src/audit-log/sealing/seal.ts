import { type Checkpoint, openCheckpoint, signCheckpoint } from '../proof/checkpoint.js';
import { type LeafRecord, recordHash } from '../proof/leaf.js';
import { EMPTY_ROOT, MerkleFrontier } from '../proof/merkle-tree.js';
import { UnencodableRecordError } from '../proof/proof.errors.js';
import type { NoteSigner, VerifierKey } from '../proof/signed-note.js';
import { SealingHaltedError } from './sealing.errors.js';

/** Of the subtrees of the tree, those of every eighth level are stored; the rest is computed from them. */
export const LEVELS_PER_STORED = 8;

/** Where Postgres stands: a snapshot as `pg_current_snapshot()` prints it, and which cluster that is. */
export interface Observation {
  snapshot: string;
  systemIdentifier: string;
  timeline: number;
}

/** How far a backlog that is too large for one seal has been sealed: up to this record, of those visible in this snapshot. */
export interface Backlog {
  snapshot: string;
  reachedXid: string;
  reachedId: string;
}

/** What the sealer keeps beside a checkpoint, to go on from. */
export interface SealState {
  checkpoint: Checkpoint;
  note: string;
  /** `MerkleFrontier.serialize()` */
  frontier: Buffer;
  /** a snapshot: all that was committed in it is sealed */
  sealedTo: string;
  backlog: Backlog | undefined;
}

/** A record that is not sealed yet, and the transaction that wrote it. */
export interface UnsealedRecord extends LeafRecord {
  xid: string;
}

export interface StoredNode {
  level: number;
  index: number;
  hash: Buffer;
}

/** One checkpoint with all that it adds to the tree. */
export interface Seal extends SealState {
  leaves: { recordId: string; hash: Buffer }[];
  nodes: StoredNode[];
}

/** Before the first checkpoint: nothing is sealed. No transaction has a number below 3. */
export function unsealed(origin: string, { systemIdentifier, timeline }: Observation): SealState {
  return {
    checkpoint: {
      origin,
      size: 0,
      root: EMPTY_ROOT,
      seq: -1,
      sealedAt: new Date(0).toISOString(),
      systemIdentifier,
      timeline,
    },
    note: '',
    frontier: new MerkleFrontier().serialize(),
    sealedTo: '1:1:',
    backlog: undefined,
  };
}

/**
 * The checkpoint that follows, with these records as its new leaves.
 *
 * @param backlog where more records are left to be sealed
 * @param sealedTo otherwise
 * @throws SealingHaltedError for a record that has no leaf
 */
export function nextSeal(
  before: SealState,
  records: readonly UnsealedRecord[],
  { sealedTo, backlog }: Pick<SealState, 'sealedTo' | 'backlog'>,
  signer: NoteSigner,
  sealedAt: string,
): Seal {
  const frontier = MerkleFrontier.parse(before.frontier);
  const nodes: StoredNode[] = [];
  const leaves = records.map((record) => {
    const hash = hashOf(record);
    frontier.append(hash, (level, index, node) => {
      if (level > 0 && level % LEVELS_PER_STORED === 0) nodes.push({ level, index, hash: node });
    });
    return { recordId: record.id, hash };
  });
  const checkpoint = {
    ...before.checkpoint,
    size: frontier.size,
    root: frontier.root(),
    seq: before.checkpoint.seq + 1,
    sealedAt,
  };
  const note = signCheckpoint(checkpoint, signer);
  return { checkpoint, note, frontier: frontier.serialize(), sealedTo, backlog, leaves, nodes };
}

function hashOf(record: UnsealedRecord): Buffer {
  try {
    return recordHash(record);
  } catch (error) {
    if (!(error instanceof UnencodableRecordError)) throw error;
    throw new SealingHaltedError(
      `audit record ${record.id} is none that the database writes (${error.message}): somebody has altered it before it was sealed`,
    );
  }
}

/** A checkpoint as it was stored, not yet believed. */
export interface StoredSeal extends Omit<SealState, 'checkpoint'> {
  seq: number;
  size: number;
}

/**
 * What was stored, once it is clear that this log's own sealer wrote it. Whoever can write to the database could otherwise have
 * the next checkpoint sign for a tree of theirs.
 *
 * @param origin which log, as the note itself says
 * @throws SealingHaltedError
 */
export function authenticated(stored: StoredSeal, trusted: readonly VerifierKey[]): SealState {
  const { seq, size, ...rest } = stored;
  let checkpoint: Checkpoint;
  try {
    checkpoint = openCheckpoint(stored.note, trusted);
  } catch (error) {
    throw new SealingHaltedError(
      `checkpoint ${seq} in the database was not signed with AUDIT_SIGNING_KEY (${reasonOf(error)}). Either this server has ` +
        'another key than the one that sealed before it, and needs that one; or somebody has altered the checkpoint',
    );
  }
  const frontier = MerkleFrontier.parse(stored.frontier);
  if (checkpoint.seq !== seq || checkpoint.size !== size || frontier.size !== size) {
    throw new SealingHaltedError(`checkpoint ${seq} in the database is not what its signed note says`);
  }
  if (!frontier.root().equals(checkpoint.root)) {
    throw new SealingHaltedError(
      `the tree beside checkpoint ${seq} in the database is not the one that was signed`,
    );
  }
  return { ...rest, checkpoint };
}

/**
 * A restored, promoted or swapped database may lack what was sealed, and hold other records in its place.
 *
 * @throws SealingHaltedError
 */
export function assertSameCluster({ checkpoint }: SealState, now: Observation): void {
  if (checkpoint.systemIdentifier !== now.systemIdentifier) {
    throw new SealingHaltedError(
      `this is another Postgres cluster (system identifier ${now.systemIdentifier}) than the one that was sealed ` +
        `(${checkpoint.systemIdentifier}): the log was restored or moved`,
    );
  }
  if (checkpoint.timeline !== now.timeline) {
    throw new SealingHaltedError(
      `Postgres is on timeline ${now.timeline}, and was sealed on timeline ${checkpoint.timeline}: a standby was promoted, or a ` +
        'backup recovered to a point in time',
    );
  }
}

/** The message of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

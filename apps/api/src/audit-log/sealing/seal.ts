import { type Checkpoint, openSignedCheckpoint, signCheckpoint } from '../../audit-proof/checkpoint.js';
import { type LeafRecord, recordHash } from '../../audit-proof/leaf.js';
import { EMPTY_ROOT, MerkleFrontier, sha256 } from '../../audit-proof/merkle-tree.js';
import {
  MalformedProofError,
  UnencodableRecordError,
  UntrustedNoteError,
} from '../../audit-proof/proof.errors.js';
import { LEVELS_PER_STORED, type StoredNode } from '../../audit-proof/stored-node.js';
import { SealingHaltedError } from './sealing.errors.js';
import type { SigningKey, SigningKeys } from './signing-keys.js';

/** The state of Postgres: a snapshot as `pg_current_snapshot()` prints it, and the identity of the cluster. */
export interface Observation {
  snapshot: string;
  systemIdentifier: string;
  timeline: number;
}

/**
 * The progress of a backlog that is too large for one seal: sealed up to this record, of those visible in this
 * snapshot.
 */
export interface Backlog {
  snapshot: string;
  reachedXid: string;
  reachedId: string;
}

/** What the sealer stores with a checkpoint, to go on from it. */
export interface SealState {
  checkpoint: Checkpoint;
  /** derives the tokens for what follows this checkpoint */
  key: SigningKey;
  note: string;
  /** `MerkleFrontier.serialize()` */
  frontier: Buffer;
  /** a snapshot: all records committed in it are sealed */
  sealedTo: string;
  backlog: Backlog | undefined;
}

/** A change of the log's sealing. It is recorded in the transaction of the checkpoint that makes the change. */
export interface SealingEvent {
  action: 'audit.key-changed' | 'audit.continued';
  changes: Record<string, { from: unknown; to: unknown }>;
}

/** One checkpoint with everything that it adds to the tree. */
export interface Seal extends SealState {
  leaves: { recordId: string; hash: Buffer }[];
  nodes: StoredNode[];
  /** the token whose SHA-256 is stored with the last checkpoint */
  token: Buffer;
  /** the SHA-256 of the tokens for what follows this checkpoint */
  tokenHashes: { seal: Buffer; lease: Buffer };
  events: SealingEvent[];
}

/** What a continuation changes in the next checkpoint: the cluster, the timeline, and a number above all lost checkpoints. */
export interface ContinuedAs extends Pick<Observation, 'systemIdentifier' | 'timeline'> {
  seq: number;
  event: SealingEvent;
}

/** The state before the first checkpoint, with nothing sealed. Transaction numbers begin at 3. */
export function initialState(
  origin: string,
  { systemIdentifier, timeline }: Observation,
  key: SigningKey,
): SealState {
  return {
    key,
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
 * The next checkpoint, with these records as its new leaves. If the previous checkpoint was signed with the previous
 * key, this one is signed with both keys and names the current key. From then on only the current key signs.
 *
 * @param progress.backlog if more records are left to be sealed
 * @param progress.sealedTo otherwise
 * @param continued if the log goes on with another cluster or number than the previous checkpoint says
 * @throws SealingHaltedError if a record cannot be encoded as a leaf
 */
export function nextSeal(
  before: SealState,
  records: readonly LeafRecord[],
  { sealedTo, backlog }: Pick<SealState, 'sealedTo' | 'backlog'>,
  { current }: SigningKeys,
  sealedAt: string,
  continued?: ContinuedAs,
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
  const { origin, systemIdentifier, timeline, seq: last } = before.checkpoint;
  const isKeyNew = before.key.publicKey !== current.publicKey;
  const checkpoint: Checkpoint = {
    origin,
    size: frontier.size,
    root: frontier.root(),
    seq: continued?.seq ?? last + 1,
    sealedAt,
    systemIdentifier: continued?.systemIdentifier ?? systemIdentifier,
    timeline: continued?.timeline ?? timeline,
    ...(continued === undefined ? {} : { continues: last }),
    ...(isKeyNew ? { nextKey: current.publicKey } : {}),
  };
  const signers = isKeyNew ? [current, before.key] : [current];
  return {
    checkpoint,
    key: current,
    note: signCheckpoint(checkpoint, ...signers.map((it) => it.signer(origin))),
    frontier: frontier.serialize(),
    sealedTo,
    backlog,
    leaves,
    nodes,
    token: before.key.sealToken(origin, last),
    tokenHashes: {
      seal: sha256(current.sealToken(origin, checkpoint.seq)),
      lease: sha256(current.leaseToken(origin, checkpoint.seq)),
    },
    events: [
      ...(continued === undefined ? [] : [continued.event]),
      ...(isKeyNew ? [keyChange(before.key, current)] : []),
    ],
  };
}

function keyChange(from: SigningKey, to: SigningKey): SealingEvent {
  return { action: 'audit.key-changed', changes: { publicKey: { from: from.publicKey, to: to.publicKey } } };
}

function hashOf(record: LeafRecord): Buffer {
  try {
    return recordHash(record);
  } catch (error) {
    if (!(error instanceof UnencodableRecordError)) throw error;
    throw new SealingHaltedError(
      `audit record ${record.id} does not have the form that the database writes (${error.message}): it was altered before it was sealed`,
    );
  }
}

/** A stored checkpoint, not yet authenticated. */
export interface StoredSeal extends Omit<SealState, 'checkpoint' | 'key'> {
  seq: number;
  size: number;
}

/**
 * The origin that the note states, whether or not its signature is valid. It selects the key that must have signed the
 * note.
 */
export function originOf(note: string): string {
  return note.slice(0, note.indexOf('\n'));
}

/**
 * The stored checkpoint, after a check that this log's own sealer wrote it. Without the check, an attacker with
 * database access could make the next checkpoint sign a tree of the attacker's choice.
 *
 * @throws SealingHaltedError
 */
export function authenticated(stored: StoredSeal, keys: SigningKeys): SealState {
  const { seq, size, ...rest } = stored;
  const { checkpoint, key } = opened(stored, keys);
  let frontier: MerkleFrontier;
  try {
    frontier = MerkleFrontier.parse(stored.frontier);
  } catch (error) {
    throw new SealingHaltedError(
      `the tree beside checkpoint ${seq} in the database cannot be read (${reasonOf(error)}): it was altered`,
    );
  }
  if (checkpoint.seq !== seq || checkpoint.size !== size || frontier.size !== size) {
    throw new SealingHaltedError(`checkpoint ${seq} in the database is not what its signed note says`);
  }
  if (!frontier.root().equals(checkpoint.root)) {
    throw new SealingHaltedError(
      `the tree beside checkpoint ${seq} in the database is not the one that was signed`,
    );
  }
  return { ...rest, checkpoint, key };
}

/**
 * Opens a note that one of our keys signed, and finds the key that signs next: the key that the note announces,
 * otherwise its signer. If both keys signed, it is the current key.
 *
 * @throws SealingHaltedError
 */
export function opened(
  { seq, note }: Pick<StoredSeal, 'seq' | 'note'>,
  { current, previous }: SigningKeys,
): { checkpoint: Checkpoint; key: SigningKey } {
  try {
    const origin = originOf(note);
    const keys = previous === undefined ? [current] : [current, previous];
    const trusted = keys.map((key) => ({ ...key.signer(origin), key }));
    const { checkpoint, signedBy } = openSignedCheckpoint(note, trusted);
    const { nextKey } = checkpoint;
    const next = trusted.find((it) =>
      nextKey === undefined ? signedBy.includes(it) : it.key.publicKey === nextKey,
    );
    if (next === undefined) throw new UntrustedNoteError('it announces another key for the next checkpoints');
    return { checkpoint, key: next.key };
  } catch (error) {
    if (!(error instanceof MalformedProofError) && !(error instanceof UntrustedNoteError)) throw error;
    throw new SealingHaltedError(
      `checkpoint ${seq} in the database was not signed with AUDIT_SIGNING_KEY (${reasonOf(error)}). Either this server has ` +
        'another key than the last sealer: set that key, or add it as AUDIT_SIGNING_KEY_PREVIOUS. ' +
        'Or the checkpoint was altered',
    );
  }
}

/** What an operator does about a planned or accidental event. */
export const CONTINUE =
  'If this was you, and the old database is gone for good: npm run audit:continue -- --reason "…" (docs/audit-log.md)';

/**
 * A restored, promoted or replaced database may lack sealed records and have other records in their place.
 *
 * @throws SealingHaltedError
 */
export function assertSameCluster({ checkpoint }: SealState, now: Observation): void {
  if (checkpoint.systemIdentifier !== now.systemIdentifier) {
    throw new SealingHaltedError(
      `this is another Postgres cluster (system identifier ${now.systemIdentifier}) than the one that was sealed ` +
        `(${checkpoint.systemIdentifier}): the log was restored or moved. ${CONTINUE}`,
    );
  }
  if (checkpoint.timeline !== now.timeline) {
    throw new SealingHaltedError(
      `Postgres is on timeline ${now.timeline}, and was sealed on timeline ${checkpoint.timeline}: a standby was promoted, or a ` +
        `backup recovered to a point in time. ${CONTINUE}`,
    );
  }
}

/** The message of any thrown value. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

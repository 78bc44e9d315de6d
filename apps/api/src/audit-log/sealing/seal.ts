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
  /** holds the tokens that come after this checkpoint */
  key: SigningKey;
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

/** A change of the log's sealing, recorded in the transaction of the checkpoint that makes it. */
export interface SealingEvent {
  action: 'audit.key-changed' | 'audit.continued';
  changes: Record<string, { from: unknown; to: unknown }>;
}

/** One checkpoint with all that it adds to the tree. */
export interface Seal extends SealState {
  leaves: { recordId: string; hash: Buffer }[];
  nodes: StoredNode[];
  /** that the last checkpoint committed to */
  token: Buffer;
  /** the SHA-256 of the tokens that come after this checkpoint */
  commitments: { seal: Buffer; lease: Buffer };
  events: SealingEvent[];
}

/** How a log goes on that was stopped on purpose, or by an accident: as another cluster, and past numbers that were lost. */
export interface ContinuedAs extends Pick<Observation, 'systemIdentifier' | 'timeline'> {
  seq: number;
  event: SealingEvent;
}

/** Before the first checkpoint: nothing is sealed. No transaction has a number below 3. */
export function unsealed(
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
 * The checkpoint that follows, with these records as its new leaves. Where the one before was signed with the previous key, this one
 * is signed with both, and names the present key: from then on it alone signs.
 *
 * @param progress.backlog where more records are left to be sealed
 * @param progress.sealedTo otherwise
 * @param continued where the log goes on as something else than the checkpoint before says
 * @throws SealingHaltedError for a record that has no leaf
 */
export function nextSeal(
  before: SealState,
  records: readonly UnsealedRecord[],
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
    commitments: {
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
export interface StoredSeal extends Omit<SealState, 'checkpoint' | 'key'> {
  seq: number;
  size: number;
}

/** As the note says, signed or not: which key is to have signed it. */
export function originOf(note: string): string {
  return note.slice(0, note.indexOf('\n'));
}

/**
 * What was stored, once it is clear that this log's own sealer wrote it. Whoever can write to the database could otherwise have
 * the next checkpoint sign for a tree of theirs.
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
      `the tree beside checkpoint ${seq} in the database cannot be read (${reasonOf(error)}): somebody has altered it`,
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
 * A note that one of our keys signed, and the key that signs next: the one which the note announces, else its signer; the present one
 * where both signed.
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
    if (next === undefined)
      throw new UntrustedNoteError('it announces another key, which signs from there on');
    return { checkpoint, key: next.key };
  } catch (error) {
    if (!(error instanceof MalformedProofError) && !(error instanceof UntrustedNoteError)) throw error;
    throw new SealingHaltedError(
      `checkpoint ${seq} in the database was not signed with AUDIT_SIGNING_KEY (${reasonOf(error)}). Either this server has ` +
        'another key than the one that sealed before it, and needs that one, or has that one as AUDIT_SIGNING_KEY_PREVIOUS; ' +
        'or somebody has altered the checkpoint',
    );
  }
}

/** What a person does about an event that was planned, or was an accident. */
export const CONTINUE =
  'If this was you, and the old database is gone for good: npm run audit:continue -- --reason "…" (docs/audit-log.md)';

/**
 * A restored, promoted or swapped database may lack what was sealed, and hold other records in its place.
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

/** The message of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import type { Checkpoint } from '../../audit-proof/checkpoint.js';
import type { PublishedCheckpoint } from '../../audit-proof/checkpoint-line.js';
import type { DatabaseConnection } from '../../database/connection.js';
import type { CheckpointFile } from './checkpoint-file.js';
import {
  authenticated,
  type ContinuedAs,
  nextSeal,
  type Observation,
  opened,
  type SealState,
} from './seal.js';
import { NotContinuedError } from './sealing.errors.js';
import { SealingSession } from './sealing.repository.js';
import type { SigningKeys } from './signing-keys.js';

export const MAX_REASON_LENGTH = 500;

export interface Continuation {
  /** number of the continuation */
  seq: number;
  /** number of the checkpoint from which it goes on */
  after: number;
  /** published checkpoints that the database does not have, and how many more records the last of them covered */
  lost: { checkpoints: number; records: number } | undefined;
}

/**
 * Continues a log that the sealer has stopped: in a cluster that was promoted, recovered or upgraded, or a database
 * that is behind what was published. It writes a signed checkpoint without leaves, and in the same transaction an audit
 * record with the reason. Running servers then go on from there by themselves. No lease is needed: Postgres accepts
 * each checkpoint number only once.
 *
 * @param published the last published checkpoint, if known
 * @throws NotContinuedError if there is nothing to continue, or it cannot be continued
 * @throws SealingHaltedError if the last checkpoint in the database cannot be trusted
 */
export async function continueSealing(
  connection: DatabaseConnection,
  keys: SigningKeys,
  {
    published,
    file,
    reason,
  }: { published: PublishedCheckpoint | undefined; file: CheckpointFile; reason: string },
): Promise<Continuation> {
  const session = await SealingSession.open(connection);
  try {
    const stored = await session.lastSeal();
    if (stored === undefined) {
      throw new NotContinuedError('the database has no checkpoint: there is no log to continue in it');
    }
    const before = authenticated(stored, keys);
    const now = await session.observe();
    const lost = published === undefined ? undefined : await lostSince(session, before, published, keys);
    assertContinuable(before, now, lost !== undefined);
    const seq = Math.max(stored.seq, published?.seq ?? 0) + 1;
    const { sealedTo, backlog } = before;
    const event = {
      action: 'audit.continued' as const,
      changes: changesOf(before, now, { seq, lost, reason }),
    };
    const continued: ContinuedAs = { ...now, seq, event };
    await session.commit(
      nextSeal(before, [], { sealedTo, backlog }, keys, new Date().toISOString(), continued),
    );
    await publish(session, file);
    return {
      seq,
      after: stored.seq,
      lost: lost && {
        checkpoints: lost.seq - stored.seq,
        records: Math.max(lost.size - before.checkpoint.size, 0),
      },
    };
  } finally {
    await session.close();
  }
}

/**
 * The last published checkpoint, if the database ends before it.
 *
 * @throws NotContinuedError if the database has a different checkpoint with that number
 */
async function lostSince(
  session: SealingSession,
  { checkpoint }: SealState,
  published: PublishedCheckpoint,
  keys: SigningKeys,
): Promise<Checkpoint | undefined> {
  const note = await session.noteOf(published.seq);
  if (note === published.note || (note === undefined && published.seq < checkpoint.seq)) return undefined;
  if (note !== undefined) {
    throw new NotContinuedError(
      `checkpoint ${published.seq} was published, and the database has another one with that number: two databases signed for ` +
        'one log. It cannot be continued; keep both as evidence, and begin a new log with a new database and another DATA_DIR',
    );
  }
  return opened(published, keys).checkpoint;
}

function assertContinuable({ checkpoint, sealedTo }: SealState, now: Observation, isBehind: boolean): void {
  const hasMoved =
    checkpoint.systemIdentifier !== now.systemIdentifier || checkpoint.timeline !== now.timeline;
  if (!hasMoved && !isBehind) {
    throw new NotContinuedError(
      'there is nothing to continue: this is the cluster that was sealed last, and it has every published checkpoint',
    );
  }
  // Unsealed records are found by transaction number.
  if (xmaxOf(now.snapshot) < xmaxOf(sealedTo)) {
    throw new NotContinuedError(
      'in this cluster the transaction ids are lower than in the sealed one, so it was loaded from a dump. Move ' +
        'the database with pg_basebackup, a standby or pg_upgrade, which keep them; or begin a new log',
    );
  }
}

function xmaxOf(snapshot: string): bigint {
  return BigInt(snapshot.split(':')[1] ?? '');
}

function changesOf(
  { checkpoint }: SealState,
  now: Observation,
  { seq, lost, reason }: { seq: number; lost: Checkpoint | undefined; reason: string },
): ContinuedAs['event']['changes'] {
  return {
    reason: { from: null, to: reason },
    checkpoint: { from: checkpoint.seq, to: seq },
    systemIdentifier: { from: checkpoint.systemIdentifier, to: now.systemIdentifier },
    timeline: { from: checkpoint.timeline, to: now.timeline },
    ...(lost === undefined ? {} : { size: { from: lost.size, to: checkpoint.size } }),
  };
}

/** If the file cannot be written, the server's sealer writes it later. */
async function publish(session: SealingSession, file: CheckpointFile): Promise<void> {
  const next = ((await file.last())?.seq ?? -1) + 1;
  for await (const part of session.checkpointsFrom(next)) await file.append(part);
}

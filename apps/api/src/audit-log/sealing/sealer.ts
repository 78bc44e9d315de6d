import { randomUUID } from 'node:crypto';
import { type PublishedCheckpoint } from '../../audit-proof/checkpoint-line.js';
import type { DatabaseConnection } from '../../database/connection.js';
import { type CheckpointFile, DamagedCheckpointFileError } from './checkpoint-file.js';
import {
  assertSameCluster,
  authenticated,
  CONTINUE,
  initialState,
  nextSeal,
  opened,
  originOf,
  reasonOf,
  type SealState,
  type StoredSeal,
} from './seal.js';
import { SealingHaltedError, UnusableCheckpointFileError } from './sealing.errors.js';
import { MAX_BYTES_AT_ONCE, SealingSession } from './sealing.repository.js';
import type { SigningKeys } from './signing-keys.js';

/** Maximum number of records in one seal. It limits the memory of a seal and the duration of its statements. */
const MAX_AT_ONCE = 1_000;
const HEARTBEAT_MS = 60_000;
/** How long the sealer relies on a lease without renewing it. A lease lasts half a minute. */
const RENEW_MS = 5_000;

/** The step that a sealer has just finished. Its process may die between any two steps. */
export type SealingStep = 'elected' | 'resumed' | 'observed' | 'read' | 'signed' | 'committed' | 'published';

export interface SealerOptions {
  connection: DatabaseConnection;
  keys: SigningKeys;
  file: CheckpointFile;
  /** maximum number of records in one seal, and their approximate maximum in bytes */
  mostAtOnce?: number;
  mostBytesAtOnce?: number;
  heartbeatMs?: number;
  /** awaited after each step */
  onStep?: (step: SealingStep) => void | Promise<void>;
}

export interface Turn {
  /** whether this process is the sealer */
  elected: boolean;
  /** number of records sealed */
  sealed: number;
  /** when the last checkpoint was sealed, by any process */
  lastSealedAt: Date | undefined;
  /**
   * What is wrong with the checkpoints file. If it cannot be read, this process does not seal. If it cannot be written,
   * sealing goes on. The next turn retries.
   */
  fileProblem: string | undefined;
}

/**
 * Seals the log. Of all processes that share the database, one seals. It first commits and then publishes. It commits
 * under a number that Postgres accepts only once. So a sealer that has lost its lease without knowing it does no harm.
 * A sealer that dies at any point leaves nothing half done: its successor reads from the last checkpoint how far it
 * got.
 */
export class Sealer {
  private session: SealingSession | undefined;
  private elected = false;
  private leasedAt = Number.NEGATIVE_INFINITY;
  private readonly id = randomUUID();
  private state: SealState | undefined;
  private fileProblem: string | undefined;
  private closing = false;

  constructor(private readonly options: SealerOptions) {}

  /**
   * Seals all records committed by now, or waits while another process seals.
   *
   * @throws SealingHaltedError if going on could contradict an earlier signature; the lease is kept, so that no other
   *   process seals
   * @throws Error if Postgres does not answer; the next turn begins with a new session
   */
  async turn(): Promise<Turn> {
    try {
      return await this.takeTurn();
    } catch (error) {
      this.state = undefined;
      if (!(error instanceof SealingHaltedError)) await this.leave();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.leave();
  }

  /** Stops after the current seal. */
  stop(): void {
    this.closing = true;
  }

  private async takeTurn(): Promise<Turn> {
    this.session ??= await SealingSession.open(this.options.connection);
    const session = this.session;
    if (!(await this.elect(session))) {
      const lastSealedAt = await session.lastSealedAt();
      return { elected: false, sealed: 0, lastSealedAt, fileProblem: this.fileProblem };
    }
    let sealed = 0;
    let state = this.state ?? (await this.resume(session));
    for (let more = true; more && !this.closing; ) {
      const before = state;
      state = await this.seal(session, before);
      this.state = state;
      sealed += state.checkpoint.size - before.checkpoint.size;
      // All parts of a backlog use the snapshot of its first part. So after its last part, one more seal takes the records
      // committed since.
      more = state.backlog !== undefined || before.backlog !== undefined;
    }
    const lastSealedAt = state.checkpoint.seq < 0 ? undefined : new Date(state.checkpoint.sealedAt);
    return { elected: true, sealed, lastSealedAt, fileProblem: this.fileProblem };
  }

  /**
   * A sealer that cannot read its file takes no lease. With a lease, it would keep other sealers from sealing.
   *
   * @throws SealingHaltedError if neither of our keys sealed last
   */
  private async elect(session: SealingSession): Promise<boolean> {
    const now = performance.now();
    if (this.elected && now - this.leasedAt < RENEW_MS) return true;
    const wasElected = this.elected;
    if (!wasElected && !(await this.canReadFile())) return false;
    this.elected = await this.lease(session);
    if (!this.elected) {
      this.state = undefined;
      return false;
    }
    this.leasedAt = now;
    if (!wasElected) await this.done('elected');
    return true;
  }

  private async lease(session: SealingSession): Promise<boolean> {
    const last = await session.lastSeal();
    if (last === undefined) return (await session.lease(this.id, undefined)) === true;
    const { current, previous } = this.options.keys;
    for (const key of previous === undefined ? [current] : [current, previous]) {
      const elected = await session.lease(this.id, key.leaseToken(originOf(last.note), last.seq));
      if (elected !== undefined) return elected;
    }
    // The note says which key signed it. If it is ours, another process has just sealed.
    authenticated(last, this.options.keys);
    return false;
  }

  /**
   * The state in which the last sealer stopped. It is checked against the signature and this machine's record of what
   * was published.
   */
  private async resume(session: SealingSession): Promise<SealState> {
    const stored = await session.lastSeal();
    const published = await this.lastPublished();
    if (stored === undefined) {
      if (published !== undefined) throw this.lost(published, 'has no checkpoints');
      const origin = `coordinator-registry/audit-log/${randomUUID()}`;
      const state = initialState(origin, await session.observe(), this.options.keys.current);
      await this.done('resumed');
      return state;
    }
    const state = authenticated(stored, this.options.keys);
    if (published !== undefined) await this.assertPublished(session, stored, published);
    await this.publish(session);
    await this.done('resumed');
    return state;
  }

  /** @throws SealingHaltedError unless the database has what was published, or a continuation goes past it */
  private async assertPublished(
    session: SealingSession,
    { seq }: StoredSeal,
    published: PublishedCheckpoint,
  ): Promise<void> {
    const note = await session.noteOf(published.seq);
    if (note === published.note) return;
    if (note !== undefined) throw this.lost(published, 'has another one in its place');
    const next = await session.firstAfter(published.seq);
    const { continues } = next === undefined ? {} : opened(next, this.options.keys).checkpoint;
    if (continues === undefined || continues >= published.seq) {
      throw this.lost(published, `ends at checkpoint ${seq}`, CONTINUE);
    }
  }

  /** Makes one checkpoint if there is something to seal or the last checkpoint is old. */
  private async seal(session: SealingSession, before: SealState): Promise<SealState> {
    const { keys, heartbeatMs = HEARTBEAT_MS } = this.options;
    const { mostAtOnce = MAX_AT_ONCE, mostBytesAtOnce = MAX_BYTES_AT_ONCE } = this.options;
    const now = await session.observe();
    assertSameCluster(before, now);
    await this.done('observed');

    const target = before.backlog?.snapshot ?? now.snapshot;
    const most = { records: mostAtOnce, bytes: mostBytesAtOnce };
    const { records, reached } = await session.readUnsealed(before, target, most);
    await this.done('read');
    const sealedAt = new Date();
    const age = sealedAt.getTime() - Date.parse(before.checkpoint.sealedAt);
    // A clock that was set back gives a negative age. A new key is announced at once.
    const isKeyNew = before.key.publicKey !== keys.current.publicKey;
    const due = age >= heartbeatMs || age < 0 || before.backlog !== undefined || isKeyNew;
    if (records.length === 0 && !due) return before;

    // Not all were read: remember where to continue, in the same snapshot. Otherwise everything up to `target` is sealed.
    const progress =
      reached === undefined
        ? { sealedTo: target, backlog: undefined }
        : { sealedTo: before.sealedTo, backlog: { snapshot: target, ...reached } };
    const seal = nextSeal(before, records, progress, keys, sealedAt.toISOString());
    await this.done('signed');

    await session.commit(seal);
    await this.done('committed');
    await this.publish(session);
    await this.done('published');
    const { leaves: _leaves, nodes: _nodes, ...after } = seal;
    return after;
  }

  /**
   * Appends the missing checkpoints to the file. A full disk, or a file that cannot be opened, must not stop the
   * sealing.
   */
  private async publish(session: SealingSession): Promise<void> {
    this.fileProblem = undefined;
    try {
      const next = ((await this.lastPublished())?.seq ?? -1) + 1;
      for await (const part of session.checkpointsFrom(next)) await this.append(part);
    } catch (error) {
      if (!(error instanceof UnusableCheckpointFileError)) throw error;
      this.fileProblem = error.message;
    }
  }

  /**
   * The file says what was published. If the database was set back, a sealer without the file would sign other content
   * under the same numbers.
   */
  private async canReadFile(): Promise<boolean> {
    this.fileProblem = undefined;
    try {
      await this.options.file.last();
    } catch (error) {
      // A damaged file stops the sealer only once it is elected.
      if (!(error instanceof DamagedCheckpointFileError)) this.fileProblem = this.unreadable(error).message;
    }
    return this.fileProblem === undefined;
  }

  private unreadable(error: unknown): UnusableCheckpointFileError {
    return new UnusableCheckpointFileError(
      `${this.options.file.path} cannot be read, so it is not known which checkpoints were published: ${reasonOf(error)}`,
    );
  }

  private async append(checkpoints: readonly PublishedCheckpoint[]): Promise<void> {
    try {
      await this.options.file.append(checkpoints);
    } catch (error) {
      throw new UnusableCheckpointFileError(
        `checkpoints cannot be written to ${this.options.file.path}: ${reasonOf(error)}`,
      );
    }
  }

  /** @throws SealingHaltedError, UnusableCheckpointFileError */
  private async lastPublished(): Promise<PublishedCheckpoint | undefined> {
    try {
      return await this.options.file.last();
    } catch (error) {
      if (!(error instanceof DamagedCheckpointFileError)) throw this.unreadable(error);
      throw new SealingHaltedError(
        `${error.message}. Restore the file from its shipped copy. If there is no other copy, remove the damaged lines at its end`,
      );
    }
  }

  private lost({ seq, note }: PublishedCheckpoint, instead: string, wayOn?: string): SealingHaltedError {
    return new SealingHaltedError(
      `checkpoint ${seq} of ${originOf(note)} was published (${this.options.file.path}), but the database ${instead}: it was ` +
        `restored from a backup, rolled back or replaced. ${wayOn ?? 'If this is meant to be another log, give it another DATA_DIR'}`,
    );
  }

  private async done(step: SealingStep): Promise<void> {
    await this.options.onStep?.(step);
  }

  private async leave(): Promise<void> {
    const session = this.session;
    this.session = undefined;
    this.elected = false;
    this.state = undefined;
    // A broken connection cannot be closed properly, and need not be.
    await session?.close().catch(() => undefined);
  }
}

import { randomUUID } from 'node:crypto';
import type { DatabaseConnection } from '../../database/connection.js';
import { type NoteSigner, noteSigner } from '../proof/signed-note.js';
import {
  type CheckpointFile,
  DamagedCheckpointFileError,
  type PublishedCheckpoint,
} from './checkpoint-file.js';
import { assertSameCluster, authenticated, nextSeal, reasonOf, type SealState, unsealed } from './seal.js';
import { SealingHaltedError } from './sealing.errors.js';
import { SealingSession } from './sealing.repository.js';

/** Records in one seal: what it holds in memory, and how long its statements take. */
const MOST_AT_ONCE = 1_000;
const HEARTBEAT_MS = 60_000;

/** What a sealer has just done; between any two of these its process may die. */
export type SealingStep = 'elected' | 'resumed' | 'observed' | 'read' | 'signed' | 'committed' | 'published';

export interface SealerOptions {
  connection: DatabaseConnection;
  /** PKCS#8 PEM of the Ed25519 key that signs checkpoints */
  signingKey: string;
  file: CheckpointFile;
  /** records in one seal at most */
  mostAtOnce?: number;
  heartbeatMs?: number;
  /** awaited after each step */
  onStep?: (step: SealingStep) => void | Promise<void>;
}

export interface Turn {
  /** whether this process is the one that seals */
  elected: boolean;
  /** how many records were sealed */
  sealed: number;
  /** when the last checkpoint was sealed, by whomever */
  lastSealedAt: Date | undefined;
  /** why the file lacks what has been sealed, where it could not be read or written; the next seal tries again */
  unpublished: string | undefined;
}

/**
 * Seals the log: one of all processes that share the database. First it commits, then it publishes; and it commits under a number
 * that Postgres lets nobody use twice. So a sealer that has lost its lock and does not know it can do no harm, and one that dies
 * anywhere leaves nothing half done: whoever takes over reads from the last checkpoint how far it had come.
 */
export class Sealer {
  #session: SealingSession | undefined;
  #elected = false;
  #state: SealState | undefined;
  #signer: NoteSigner | undefined;
  #unpublished: string | undefined;
  #closing = false;

  constructor(private readonly options: SealerOptions) {}

  /**
   * Seals all that is committed by now, or stands by while another process does.
   *
   * @throws SealingHaltedError where going on could contradict what was signed before; the lock is kept, so that nobody else does
   * @throws Error where Postgres cannot be asked; the next turn begins with a new session
   */
  async turn(): Promise<Turn> {
    try {
      return await this.#turn();
    } catch (error) {
      this.#state = undefined;
      if (!(error instanceof SealingHaltedError)) await this.#leave();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#leave();
  }

  /** Ends what is under way after the present seal. */
  stop(): void {
    this.#closing = true;
  }

  /** What this log's checkpoints are verified with; known once this process has been elected. */
  get signer(): NoteSigner | undefined {
    return this.#signer;
  }

  async #turn(): Promise<Turn> {
    this.#session ??= await SealingSession.open(this.options.connection);
    const session = this.#session;
    if (!this.#elected) {
      this.#elected = await session.elect();
      if (!this.#elected) {
        return {
          elected: false,
          sealed: 0,
          lastSealedAt: await session.lastSealedAt(),
          unpublished: undefined,
        };
      }
      await this.#done('elected');
    }
    let sealed = 0;
    let state = this.#state ?? (await this.#resume(session));
    for (let more = true; more && !this.#closing; ) {
      const before = state;
      state = await this.#seal(session, before);
      this.#state = state;
      sealed += state.checkpoint.size - before.checkpoint.size;
      // What was committed while a backlog was being sealed is in none of its parts.
      more = state.backlog !== undefined || before.backlog !== undefined;
    }
    const lastSealedAt = state.checkpoint.seq < 0 ? undefined : new Date(state.checkpoint.sealedAt);
    return { elected: true, sealed, lastSealedAt, unpublished: this.#unpublished };
  }

  /** Where the last sealer stopped, as far as its signature and this machine's memory of what was published bear it out. */
  async #resume(session: SealingSession): Promise<SealState> {
    const stored = await session.lastSeal();
    const published = await this.#lastPublished();
    if (stored === undefined) {
      if (published !== undefined) throw this.#lost(published, 'has no checkpoints');
      const origin = `coordinator-registry/audit-log/${randomUUID()}`;
      this.#signer = noteSigner(origin, this.options.signingKey);
      const state = unsealed(origin, await session.observe());
      await this.#done('resumed');
      return state;
    }
    this.#signer = noteSigner(originOf(stored.note), this.options.signingKey);
    const state = authenticated(stored, [this.#signer]);
    if (published !== undefined) {
      const note = await session.noteOf(published.seq);
      if (note === undefined) throw this.#lost(published, `ends at checkpoint ${stored.seq}`);
      if (note !== published.note) throw this.#lost(published, 'has another one in its place');
    }
    await this.#publish(session);
    await this.#done('resumed');
    return state;
  }

  /** One checkpoint, where there is something to seal or the last one is old. */
  async #seal(session: SealingSession, before: SealState): Promise<SealState> {
    const { signingKey, mostAtOnce = MOST_AT_ONCE, heartbeatMs = HEARTBEAT_MS } = this.options;
    const now = await session.observe();
    assertSameCluster(before, now);
    await this.#done('observed');

    const target = before.backlog?.snapshot ?? now.snapshot;
    const records = await session.unsealed(before, target, mostAtOnce);
    await this.#done('read');
    const sealedAt = new Date();
    const age = sealedAt.getTime() - Date.parse(before.checkpoint.sealedAt);
    // A clock that was set back makes a negative age.
    const due = age >= heartbeatMs || age < 0 || before.backlog !== undefined;
    if (records.length === 0 && !due) return before;

    const last = records.at(-1);
    const progress =
      last !== undefined && records.length === mostAtOnce
        ? {
            sealedTo: before.sealedTo,
            backlog: { snapshot: target, reachedXid: last.xid, reachedId: last.id },
          }
        : { sealedTo: target, backlog: undefined };
    this.#signer ??= noteSigner(before.checkpoint.origin, signingKey);
    const seal = nextSeal(before, records, progress, this.#signer, sealedAt.toISOString());
    await this.#done('signed');

    await session.append(seal);
    await this.#done('committed');
    await this.#publish(session);
    await this.#done('published');
    const { leaves: _leaves, nodes: _nodes, ...after } = seal;
    return after;
  }

  /** Writes to the file what it lacks. A disk that is full, or a file that cannot be opened, must not keep the log from being sealed. */
  async #publish(session: SealingSession): Promise<void> {
    this.#unpublished = undefined;
    const next = ((await this.#lastPublished())?.seq ?? -1) + 1;
    if (this.#unpublished !== undefined) return;
    for await (const part of session.checkpointsFrom(next)) {
      try {
        await this.options.file.append(part);
      } catch (error) {
        this.#unpublished = reasonOf(error);
        return;
      }
    }
  }

  /**
   * What the file remembers; nothing where it cannot be read, which is told: with no memory a rollback of the whole database goes
   * unnoticed here, and still shows to whoever has the checkpoints that were shipped.
   */
  async #lastPublished(): Promise<PublishedCheckpoint | undefined> {
    try {
      return await this.options.file.last();
    } catch (error) {
      if (!(error instanceof DamagedCheckpointFileError)) {
        this.#unpublished = reasonOf(error);
        return undefined;
      }
      throw new SealingHaltedError(
        `${error.message}. Put back the file as it was shipped elsewhere, or, where there is no other copy, take away the damaged lines at its end`,
      );
    }
  }

  #lost({ seq, note }: PublishedCheckpoint, instead: string): SealingHaltedError {
    return new SealingHaltedError(
      `checkpoint ${seq} of ${originOf(note)} was published (${this.options.file.path}), but the database ${instead}: it was ` +
        'restored from a backup, rolled back or replaced. Where this is meant to be another log, give it another DATA_DIR',
    );
  }

  async #done(step: SealingStep): Promise<void> {
    await this.options.onStep?.(step);
  }

  async #leave(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    this.#elected = false;
    this.#state = undefined;
    // A connection that is broken cannot be ended well, and need not be.
    await session?.close().catch(() => undefined);
  }
}

/** As the note says, signed or not: which key is to have signed it. */
function originOf(note: string): string {
  return note.slice(0, note.indexOf('\n'));
}

import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { accessRefused } from '../../common/access/access-refused.error.js';
import type { Caller } from '../../common/access/caller.js';
import { DatabaseProbe } from '../../database/database-probe.js';
import { KeyIdentitiesRepository } from './key-identities.repository.js';
import type { KeyIdentity, Standing } from './key-identity.js';

const MAX_IDENTITIES = 100_000;
/** An entry stays until this many others have come, although it is valid for one second only. */
const MAX_STANDINGS = 2_000;
const STANDING_LIFE_MS = 1_000;
/** A request that finds an identity of this age triggers a read in the background. */
const IDENTITY_LIFE_MS = 1_000;

interface Known {
  identity: KeyIdentity;
  /** time of the last read, by the monotonic clock */
  askedAt: number;
  /** the read in progress; never rejects */
  reading?: Promise<void>;
}

interface AskedStanding {
  /** by the monotonic clock */
  at: number;
  answer: Promise<Standing | undefined>;
  /** the answer once it is there, unless it is a refusal */
  accepted?: Standing;
}

/**
 * The owners of verified keys, as last read. Used for the rate limit, the logs, the end of a key, and routes that touch
 * no workspace data. No permission check uses them. After a change by another server, the first request that comes more than a second
 * after the last read still uses the old values and starts a read. Requests after that read use the new values.
 */
@Injectable()
export class CoordinatorIdentities {
  private readonly known = new LRUCache<string, Known>({ max: MAX_IDENTITIES });
  private readonly standings = new LRUCache<string, AskedStanding>({ max: MAX_STANDINGS });

  constructor(
    private readonly keys: KeyIdentitiesRepository,
    @Inject(DatabaseProbe) private readonly database: Pick<DatabaseProbe, 'state'>,
  ) {}

  /**
   * @param read the key's row, if it has just been read
   * @throws DomainError `key-revoked` if there is no row
   */
  async of(kid: string, read?: KeyIdentity): Promise<KeyIdentity> {
    const remembered = read === undefined ? this.remembered(kid) : undefined;
    if (remembered !== undefined) return remembered;
    const row = read ?? (await this.keys.findIdentity(kid));
    if (row === undefined) throw accessRefused('key-revoked');
    return this.remember(kid, row);
  }

  /** Like {@link of}, but does not wait; undefined if the identity must be read first. */
  remembered(kid: string): KeyIdentity | undefined {
    const known = this.known.get(kid);
    if (known === undefined) return undefined;
    this.refreshIfOld(kid, known);
    return known.identity;
  }

  /**
   * When the key ends: a value that was read at most a second ago, or that another change of this process left. A
   * request with an older one has started the read already, so this waits only for what is left of it. Without a
   * database it is the last known value.
   */
  endOf(kid: string): string | null | Promise<string | null> {
    const known = this.known.peek(kid);
    if (this.database.state === 'unavailable') return this.lastEndOf(kid);
    if (known === undefined) return this.readEnd(kid);
    this.refreshIfOld(kid, known);
    if (known.reading === undefined) return known.identity.keyEndsAt;
    return known.reading.then(() => this.lastEndOf(kid));
  }

  /** When the key ends, as last read; null also if it is not known. */
  lastEndOf(kid: string): string | null {
    return this.known.peek(kid)?.identity.keyEndsAt ?? null;
  }

  /** After {@link forget}: the change that this process made may have been to this key. */
  private async readEnd(kid: string): Promise<string | null> {
    try {
      return (await this.of(kid)).keyEndsAt;
    } catch {
      return null;
    }
  }

  private refreshIfOld(kid: string, known: Known): void {
    if (known.reading !== undefined || performance.now() - known.askedAt <= IDENTITY_LIFE_MS) return;
    known.askedAt = performance.now();
    known.reading = this.refresh(kid, known).finally(() => {
      delete known.reading;
    });
  }

  private remember(
    kid: string,
    { coordinatorId, coordinatorName, keyId, keyEndsAt, rateLimitPerMinute }: KeyIdentity,
  ): KeyIdentity {
    const identity = { coordinatorId, coordinatorName, keyId, keyEndsAt, rateLimitPerMinute };
    this.known.set(kid, { identity, askedAt: performance.now() });
    return identity;
  }

  /** If it fails, it is tried again a second later. No right depends on it. */
  private async refresh(kid: string, known: Known): Promise<void> {
    try {
      const row = await this.keys.findIdentity(kid);
      // If the entry was removed meanwhile, the row may be older than the change.
      if (row !== undefined && this.known.peek(kid) === known) this.remember(kid, row);
    } catch {
      // If the database fails, the request itself will report it.
    }
  }

  /** For statements that check permissions: stores what they read of the coordinator. */
  note(
    kid: string,
    {
      coordinatorName,
      rateLimitPerMinute,
    }: Partial<Pick<KeyIdentity, 'coordinatorName' | 'rateLimitPerMinute'>>,
  ): void {
    const identity = this.known.peek(kid)?.identity;
    if (identity === undefined) return;
    if (coordinatorName !== undefined) identity.coordinatorName = coordinatorName;
    if (rateLimitPerMinute !== undefined) identity.rateLimitPerMinute = rateLimitPerMinute;
  }

  /** Removes all entries of a coordinator, after this process has changed it. */
  forget(coordinatorId: string): void {
    for (const [kid, { identity }] of this.known.entries()) {
      if (identity.coordinatorId === coordinatorId) this.known.delete(kid);
    }
    this.standings.clear();
  }

  /**
   * The caller's identity, at most one second old. Concurrent requests share one query. For routes that touch no
   * workspace data.
   *
   * @returns without a promise if the answer is already there; it may reject with the refusals of `assertAllowed`, and
   * with `database-unavailable`
   */
  current(caller: Caller): Standing | Promise<Standing> {
    const question = `${caller.kid} ${caller.permission} ${caller.sourceAddress}`;
    let asked = this.standings.get(question);
    // Not the cache's `ttl`, which would start a timer for each millisecond in which it is read.
    if (asked === undefined || performance.now() - asked.at > STANDING_LIFE_MS) {
      asked = { at: performance.now(), answer: this.keys.findStanding(caller) };
      this.standings.set(question, asked);
    }
    return asked.accepted ?? this.accept(caller, question, asked);
  }

  private async accept({ kid }: Caller, question: string, asked: AskedStanding): Promise<Standing> {
    let standing: Standing | undefined;
    try {
      standing = await asked.answer;
    } catch (error) {
      this.standings.delete(question);
      throw error;
    }
    if (standing === undefined) throw accessRefused('key-revoked');
    if (standing.refusal !== null) throw accessRefused(standing.refusal);
    this.note(kid, standing);
    asked.accepted = standing;
    return standing;
  }
}

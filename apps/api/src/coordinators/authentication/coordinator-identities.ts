import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { accessRefused } from '../../common/access/access-refused.error.js';
import type { Caller } from '../../common/access/caller.js';
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
}

/**
 * The owners of verified keys, as last read. Used for the rate limit, the logs, and routes that touch no workspace
 * data. No permission check uses them. After a change by another server, the first request that comes more than a second
 * after the last read still uses the old values and starts a read. Requests after that read use the new values.
 */
@Injectable()
export class CoordinatorIdentities {
  private readonly known = new LRUCache<string, Known>({ max: MAX_IDENTITIES });
  private readonly standings = new LRUCache<string, Promise<Standing | undefined>>({
    max: MAX_STANDINGS,
    ttl: STANDING_LIFE_MS,
  });

  constructor(private readonly keys: KeyIdentitiesRepository) {}

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
    if (performance.now() - known.askedAt > IDENTITY_LIFE_MS) void this.refresh(kid, known);
    return known.identity;
  }

  private remember(kid: string, { id, name, keyId, rateLimitPerMinute }: KeyIdentity): KeyIdentity {
    const identity = { id, name, keyId, rateLimitPerMinute };
    this.known.set(kid, { identity, askedAt: performance.now() });
    return identity;
  }

  /** If it fails, it is tried again a second later. Only the rate limit depends on it. */
  private async refresh(kid: string, known: Known): Promise<void> {
    known.askedAt = performance.now();
    try {
      const row = await this.keys.findIdentity(kid);
      // If the entry was removed meanwhile, the row may be older than the change.
      if (row !== undefined && this.known.peek(kid) === known) this.remember(kid, row);
    } catch {
      // If the database fails, the request itself will report it.
    }
  }

  /** For statements that check permissions: stores what they read of the coordinator. */
  note(kid: string, seen: Partial<Pick<KeyIdentity, 'name' | 'rateLimitPerMinute'>>): void {
    const known = this.known.get(kid);
    if (known !== undefined) Object.assign(known.identity, seen);
  }

  /** Removes all entries of a coordinator, after this process has changed it. */
  forget(coordinatorId: string): void {
    for (const [kid, { identity }] of this.known.entries()) {
      if (identity.id === coordinatorId) this.known.delete(kid);
    }
    this.standings.clear();
  }

  /**
   * The caller's identity, at most one second old. Concurrent requests share one query. For routes that touch no
   * workspace data.
   *
   * @throws DomainError the refusals of `assertAllowed`, `database-unavailable`
   */
  async current(caller: Caller): Promise<KeyIdentity> {
    const question = `${caller.kid} ${caller.permission} ${caller.sourceAddress}`;
    let asked = this.standings.get(question);
    if (asked === undefined) {
      asked = this.keys.findStanding(caller);
      this.standings.set(question, asked);
    }
    let standing: Standing | undefined;
    try {
      standing = await asked;
    } catch (error) {
      this.standings.delete(question);
      throw error;
    }
    if (standing === undefined) throw accessRefused('key-revoked');
    const { refusal, ...identity } = standing;
    if (refusal !== null) throw accessRefused(refusal);
    this.note(caller.kid, identity);
    return identity;
  }
}

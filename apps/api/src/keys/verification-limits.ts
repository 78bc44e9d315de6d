import { LRUCache } from 'lru-cache';
import type { SharedWait } from '../common/http/shared-wait.js';
import type { CountingStores } from '../rate-limit/counting-store.js';
import { FailureBudget } from './failure-budget.js';
import { TooManyFailuresError } from './keys.errors.js';
import { WorkQueue } from './work-queue.js';

// libuv's pool has four threads by default. Two stay free for DNS and files.
const HASHES_AT_ONCE = 2;
// About five seconds of work on two cores.
const HASHES_WAITING = 256;
// About two and a half seconds of work and rest.
const SUSPECTS_WAITING = 16;
const SUSPECTS_REST = 4;
const OVERDRAWN_LOOKUPS_AT_ONCE = 2;
const OVERDRAWN_LOOKUPS_WAITING = 1_000;

/** With more networks than this, an attacker's oldest ones are forgotten and come first again. */
const MAX_QUEUE_RANKS = 50_000;
const QUEUE_RANK_LIFE_MS = 3_600_000;

/**
 * The limits that all key verifiers of a process share. They count failures and limit the work over all kinds of key
 * together.
 */
export class VerificationLimits {
  /** by source network */
  readonly unknownKids: FailureBudget;
  /** by source network and kid */
  readonly wrongSecrets: FailureBudget;
  /** by kid, over all networks */
  readonly wrongSecretsOfKid: FailureBudget;
  /**
   * by source network and kid: 1 for each attempt without success, and 30 more for a wrong secret. A success, or an hour
   * without an attempt, deletes the rank. The lowest rank is hashed first.
   */
  readonly queueRanks = new LRUCache<string, number>({ max: MAX_QUEUE_RANKS, ttl: QUEUE_RANK_LIFE_MS });
  readonly hashing = new WorkQueue(HASHES_AT_ONCE, HASHES_WAITING);
  /**
   * for secrets of a kid that has used up its failures: one at a time, for a fifth of the time of one processor. So
   * wrong keys from any number of addresses leave the processors free for other work.
   */
  readonly suspectHashing = new WorkQueue(1, SUSPECTS_WAITING, SUSPECTS_REST);
  /**
   * for lookups from networks that have used up their unknown kids: they wait for each other and leave the database
   * free for other work
   */
  readonly overdrawnLookups = new WorkQueue(OVERDRAWN_LOOKUPS_AT_ONCE, OVERDRAWN_LOOKUPS_WAITING);

  /** @param purpose of the keys: verifiers with another purpose have budgets of their own */
  constructor(stores: CountingStores, purpose: 'authentication' | 'revocation') {
    this.unknownKids = new FailureBudget(stores, `${purpose}:unknown-kid`);
    this.wrongSecrets = new FailureBudget(stores, `${purpose}:wrong-secret`);
    this.wrongSecretsOfKid = new FailureBudget(stores, `${purpose}:wrong-secret-of-kid`);
  }
}

/**
 * Looks a credential up by its public id. A network that has used up its unknown ids waits in a queue of its own,
 * because the id may be valid.
 *
 * The place in the budget is taken before the lookup. So at most as many concurrent lookups of unknown ids reach the
 * database as the budget allows.
 *
 * @throws TooManyFailuresError if the id is unknown and the network has none left; OverloadedError; what `find` throws
 */
export async function lookUp<Row>(
  { unknownKids, overdrawnLookups }: Pick<VerificationLimits, 'unknownKids' | 'overdrawnLookups'>,
  network: string,
  find: () => Promise<Row | undefined>,
  wait: SharedWait,
): Promise<Row | undefined> {
  const place = await unknownKids.reserve(network, wait);
  let unknown = false;
  try {
    const row = place.granted ? await find() : await overdrawnLookups.run(find);
    unknown = row === undefined;
    if (unknown && !place.granted) throw new TooManyFailuresError(place.retryAfterSeconds);
    return row;
  } finally {
    if (!unknown) place.uncount();
  }
}

import { LRUCache } from 'lru-cache';
import { type Clock, monotonicClock } from '../rate-limit/sliding-window.js';
import { FailureBudget } from './failure-budget.js';
import { TooManyFailuresError } from './keys.errors.js';
import { WorkQueue } from './work-queue.js';

// libuv's pool has four threads unless set otherwise; two stay free for DNS and files.
const HASHES_AT_ONCE = 2;
// On two cores about five seconds of work.
const HASHES_WAITING = 256;
// About two and a half seconds of work and rest.
const SUSPECTS_WAITING = 16;
const SUSPECTS_REST = 4;
const OVERDRAWN_LOOKUPS_AT_ONCE = 2;
const OVERDRAWN_LOOKUPS_WAITING = 1_000;

/** An attacker who has more networks than this is forgotten, and comes first again. */
const MAX_QUEUE_RANKS = 50_000;
const QUEUE_RANK_LIFE_MS = 3_600_000;

/** What all key verifiers of a process share: failures are counted, and work is rationed, over every kind of key together. */
export class VerificationLimits {
  /** by source network */
  readonly unknownKids: FailureBudget;
  /** by source network and kid */
  readonly wrongSecrets: FailureBudget;
  /** by kid, whatever network they come from */
  readonly wrongSecretsOfKid: FailureBudget;
  /** by source network and kid: what it tried within the last hour. The lowest rank is hashed first. */
  readonly queueRanks = new LRUCache<string, number>({ max: MAX_QUEUE_RANKS, ttl: QUEUE_RANK_LIFE_MS });
  readonly hashing = new WorkQueue(HASHES_AT_ONCE, HASHES_WAITING);
  /**
   * for secrets of a kid that has used up its failures: one at a time, for a fifth of one processor's time, so that wrong keys from
   * any number of addresses leave the processors to the rest
   */
  readonly suspectHashing = new WorkQueue(1, SUSPECTS_WAITING, SUSPECTS_REST);
  /** for lookups from networks that have no unknown kid left: they wait for each other and leave the database to the rest */
  readonly overdrawnLookups = new WorkQueue(OVERDRAWN_LOOKUPS_AT_ONCE, OVERDRAWN_LOOKUPS_WAITING);

  constructor(clock: Clock = monotonicClock) {
    this.unknownKids = new FailureBudget(clock);
    this.wrongSecrets = new FailureBudget(clock);
    this.wrongSecretsOfKid = new FailureBudget(clock);
  }
}

/**
 * Looks a credential up by its public id. A network that has used up its unknown ids waits in the slow lane, since the id may be a good one.
 *
 * The place in the budget is taken before the lookup, so that of any number of unknown ids at once no more than the budget reach the
 * database side by side.
 *
 * @throws TooManyFailuresError if the id is unknown and the network has none left; OverloadedError; what `find` throws
 */
export async function lookUp<Row>(
  { unknownKids, overdrawnLookups }: Pick<VerificationLimits, 'unknownKids' | 'overdrawnLookups'>,
  network: string,
  find: () => Promise<Row | undefined>,
): Promise<Row | undefined> {
  const place = unknownKids.reserve(network);
  let unknown = false;
  try {
    const row = place.granted ? await find() : await overdrawnLookups.run(find);
    unknown = row === undefined;
    if (unknown && !place.granted) throw new TooManyFailuresError(place.retryAfterSeconds);
    return row;
  } finally {
    if (!unknown) place.giveBack();
  }
}

import { LRUCache } from 'lru-cache';
import { type Clock, monotonicClock } from '../rate-limit/sliding-window.js';
import { FailureBudget } from './failure-budget.js';
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
const MOST_QUEUE_RANKS = 50_000;
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
  readonly queueRanks = new LRUCache<string, number>({ max: MOST_QUEUE_RANKS, ttl: QUEUE_RANK_LIFE_MS });
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

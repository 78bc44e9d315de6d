import { LRUCache } from 'lru-cache';
import type { RequestContext } from '../common/http/request-context.js';
import { type SharedWait, sharedWaitOf } from '../common/http/shared-wait.js';
import { sourceNetwork } from '../common/http/source-network.js';
import type { FailureBudget } from './failure-budget.js';
import { joinKey, kidIn, type ParsedKey } from './key.js';
import { isSameDigest, KeyedDigest } from './keyed-digest.js';
import { TooManyFailuresError } from './keys.errors.js';
import { verifySecret } from './secret-hash.js';
import { lookUp, type VerificationLimits } from './verification-limits.js';

/** `row` is set if it was read for the verification. It shows the state of that moment. */
export type Verdict<Row> = { proven: true; row?: Row } | { proven: false };

/** Reads a credential by its kid, with one lookup in a unique index; undefined if there is none. */
export type FindKey<Row extends { secretHash: string }> = (kid: string) => Promise<Row | undefined>;

type Outcome<Row> =
  | { proven: true; row: Row }
  /** the account that the failure counts against */
  | { proven: false; budget: FailureBudget; account: string };

/** A wrong secret counts as much as this many refused attempts. */
const RANK_OF_A_FAILURE = 30;

/** The cache allocates about 25 bytes for each entry at the start. */
const MAX_PROOFS = 100_000;

/**
 * Verifies that the secret of a key belongs to its kid, for one kind of key (check the prefix first). It does not check
 * rights: a verified key may be revoked.
 *
 * Whether a secret matches a hash never changes. A success is therefore cached as `kid → keyed digest of the key`, and
 * later checks cost only that digest. A flood of wrong keys cannot delay a caller that was verified before. A different
 * secret for a cached kid is wrong without argon2: a kid keeps its secret for ever, because a rotation makes a new kid.
 * Failures are not cached.
 *
 * All other keys are limited by failure budgets. An unknown kid counts against its source network. A wrong secret
 * counts against network and kid. So a right key passes even from a network that has used up its unknown kids, and
 * failures at one kid do not affect another. If a kid has failed too often, over all networks, its secrets are hashed
 * in a slow queue. In each queue, the networks with the fewest failures and attempts for the kid come first. So an
 * attacker who knows a kid cannot lock out its holder.
 *
 *     cached kid?  yes -> same digest -> verified
 *                         other digest -> wrong; counts against network and kid
 *                  no  -> budget of network and kid left? -> kid known? -> argon2 (normal or slow queue) -> verified, cached
 *                         no: 429                            no: counts     full: 503                       wrong: counts
 *                                                            against the network                           against both
 */
export class KeyVerifier<Row extends { secretHash: string }> {
  private readonly digest = new KeyedDigest();
  private readonly proofs: LRUCache<string, string>;
  private readonly attempts = new Map<string, { outcome: Promise<Outcome<Row>>; wait: SharedWait }>();

  constructor(
    private readonly find: FindKey<Row>,
    private readonly limits: VerificationLimits,
    mostProofs: number = MAX_PROOFS,
  ) {
    this.proofs = new LRUCache({ max: mostProofs });
  }

  /**
   * Returns the kid of a key that this process has verified before. It compares the whole text, so the form need not be
   * checked again. Returns undefined for every other text: parse it, and call {@link verify}.
   */
  recognise(text: string): string | undefined {
    const kid = kidIn(text);
    const remembered = this.proofs.get(kid);
    return remembered !== undefined && isSameDigest(remembered, this.digest.of(text)) ? kid : undefined;
  }

  /**
   * @param key of the right kind, with its checksum already checked
   * @param request that presents the key
   * @throws TooManyFailuresError, OverloadedError, and whatever `find` throws; none of them means that the key is wrong
   */
  async verify(
    key: ParsedKey,
    request: Pick<RequestContext, 'sourceAddress' | 'sharedWait'>,
  ): Promise<Verdict<Row>> {
    const proof = this.digest.of(joinKey(key));
    const remembered = this.proofs.get(key.kid);
    if (remembered !== undefined && isSameDigest(remembered, proof)) return { proven: true };

    const network = sourceNetwork(request.sourceAddress);
    const wait = sharedWaitOf(request);
    if (remembered !== undefined) {
      await this.limits.wrongSecrets.charge(pairOf(network, key.kid), wait);
      return { proven: false };
    }
    // Includes the whole key, so that a wrong key cannot share the outcome of a right one. Includes the network, so
    // that a network does not get the refusal of another one.
    const attemptId = `${network} ${proof}`;
    const ahead = this.attempts.get(attemptId);
    if (ahead === undefined) {
      const attempt = this.attempt(key, proof, network, wait).finally(() => this.attempts.delete(attemptId));
      this.attempts.set(attemptId, { outcome: attempt, wait });
      const outcome = await attempt;
      return outcome.proven ? outcome : { proven: false };
    }
    const outcome = await ahead.outcome;
    wait.limitTo(ahead.wait);
    if (outcome.proven) return outcome;
    // The work was shared, but the failure counts for this request too.
    await outcome.budget.charge(outcome.account, wait);
    return { proven: false };
  }

  private async attempt(
    key: ParsedKey,
    proof: string,
    network: string,
    wait: SharedWait,
  ): Promise<Outcome<Row>> {
    const { wrongSecrets, wrongSecretsOfKid, unknownKids, hashing, suspectHashing, queueRanks } = this.limits;
    const pair = pairOf(network, key.kid);
    // Only known kids are charged for secrets, so these budgets refuse no unknown kid. They save the lookup.
    await wrongSecrets.assertLeft(pair, wait);
    const rank = queueRanks.get(pair) ?? 0;
    // A higher rank waits longer. Both calls below store the same value, so one attempt counts once, even if it is refused.
    const countAttempt = () => queueRanks.set(pair, rank + 1);
    if (!(await wrongSecretsOfKid.hasLeft(key.kid, wait))) {
      countAttempt();
      suspectHashing.assertRoom(rank);
    }

    const row = await lookUp(this.limits, network, () => this.find(key.kid), wait);
    if (row === undefined) return { proven: false, budget: unknownKids, account: network };

    countAttempt();
    const place = await wrongSecrets.reserve(pair, wait);
    if (!place.granted) throw new TooManyFailuresError(place.retryAfterSeconds);
    const placeOfKid = await wrongSecretsOfKid.reserve(key.kid, wait);
    const queue = placeOfKid.granted ? hashing : suspectHashing;
    let failed = false;
    try {
      failed = !(await queue.run(() => verifySecret(row.secretHash, key.secret), rank));
    } finally {
      if (!failed) {
        place.uncount();
        placeOfKid.uncount();
      }
    }
    if (failed) {
      queueRanks.set(pair, (queueRanks.get(pair) ?? 0) + RANK_OF_A_FAILURE);
      return { proven: false, budget: wrongSecrets, account: pair };
    }
    queueRanks.delete(pair);
    this.proofs.set(key.kid, proof);
    return { proven: true, row };
  }
}

function pairOf(network: string, kid: string): string {
  return `${network} ${kid}`;
}

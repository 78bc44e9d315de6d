import { LRUCache } from 'lru-cache';
import { sourceNetwork } from '../common/http/source-network.js';
import type { FailureBudget } from './failure-budget.js';
import { joinKey, kidIn, type ParsedKey } from './key.js';
import { isSameDigest, KeyedDigest } from './keyed-digest.js';
import { TooManyFailuresError } from './keys.errors.js';
import { verifySecret } from './secret-hash.js';
import { lookUp, type VerificationLimits } from './verification-limits.js';

/** `row` is there if it had to be read for the proof; it says what was true then. */
export type Verdict<Row> = { proven: true; row?: Row } | { proven: false };

/** Reads a credential by its kid, in one lookup by unique index; undefined if there is none. */
export type FindKey<Row extends { secretHash: string }> = (kid: string) => Promise<Row | undefined>;

type Outcome<Row> =
  | { proven: true; row: Row }
  /** whom the failure counts against */
  | { proven: false; budget: FailureBudget; account: string };

/** A wrong secret counts as much as so many attempts that were turned away. */
const RANK_OF_A_FAILURE = 30;

/** The cache takes about 25 bytes for each from the start. */
const MAX_PROOFS = 100_000;

/**
 * Says whether a key's secret is the right one for its kid, for one kind of key (check the prefix before). It says nothing
 * about rights: a proven key may be revoked.
 *
 * That a secret matches a hash never changes, so a success is remembered as `kid → keyed digest of the key`, and from then on
 * costs that digest alone: no flood of wrong keys can hold up a caller that was proven before. Nor does another secret of the same kid
 * need argon2 to be wrong: a kid has one secret for ever, for a rotation makes a new kid. Failures are not remembered.
 *
 * Everybody else is held to failure budgets. An unknown kid counts against its source network, a wrong secret against network
 * and kid. So a right key passes even from a network that has used up its unknown kids, and failures at one kid do not touch
 * another. If a kid has failed too often, over all networks, its secrets are hashed in a slow lane. In every lane,
 * networks that have failed least and tried least for the kid come first. So an attacker who knows a kid does not keep its
 * holder out.
 */
export class KeyVerifier<Row extends { secretHash: string }> {
  private readonly digest = new KeyedDigest();
  private readonly proofs: LRUCache<string, string>;
  private readonly attempts = new Map<string, Promise<Outcome<Row>>>();

  constructor(
    private readonly find: FindKey<Row>,
    private readonly limits: VerificationLimits,
    mostProofs: number = MAX_PROOFS,
  ) {
    this.proofs = new LRUCache({ max: mostProofs });
  }

  /**
   * The kid of a key that this process has proven before, told at once by its whole text: what was right about its form then still is.
   * Undefined for every other text: parse it, and {@link verify}.
   */
  recognise(text: string): string | undefined {
    const kid = kidIn(text);
    const remembered = this.proofs.get(kid);
    return remembered !== undefined && isSameDigest(remembered, this.digest.of(text)) ? kid : undefined;
  }

  /**
   * @param key of the right kind, with its checksum already checked
   * @param sourceAddress the client's; null if it is not known
   * @throws TooManyFailuresError, OverloadedError, and whatever `find` throws; none of them says that the key is wrong
   */
  async verify(key: ParsedKey, sourceAddress: string | null): Promise<Verdict<Row>> {
    const proof = this.digest.of(joinKey(key));
    const remembered = this.proofs.get(key.kid);
    if (remembered !== undefined && isSameDigest(remembered, proof)) return { proven: true };

    const network = sourceNetwork(sourceAddress);
    if (remembered !== undefined) {
      this.limits.wrongSecrets.charge(pairOf(network, key.kid));
      return { proven: false };
    }
    // By the whole key, so that a wrong one cannot share a right one's outcome; and by network, so that nobody shares the
    // refusal that another network has earned.
    const attemptId = `${network} ${proof}`;
    const ahead = this.attempts.get(attemptId);
    if (ahead === undefined) {
      const attempt = this.attempt(key, proof, network).finally(() => this.attempts.delete(attemptId));
      this.attempts.set(attemptId, attempt);
      const outcome = await attempt;
      return outcome.proven ? outcome : { proven: false };
    }
    const outcome = await ahead;
    if (outcome.proven) return outcome;
    // The work was shared; the failure is this request's own as well.
    outcome.budget.charge(outcome.account);
    return { proven: false };
  }

  private async attempt(key: ParsedKey, proof: string, network: string): Promise<Outcome<Row>> {
    const { wrongSecrets, wrongSecretsOfKid, unknownKids, hashing, suspectHashing, queueRanks } = this.limits;
    const pair = pairOf(network, key.kid);
    // Known kids alone are charged for secrets, so these refuse no unknown one, and spare the lookup.
    wrongSecrets.assertLeft(pair);
    const rank = queueRanks.get(pair) ?? 0;
    // A caller that is turned away ranks lower the next time.
    const countAttempt = () => queueRanks.set(pair, rank + 1);
    if (!wrongSecretsOfKid.hasLeft(key.kid)) {
      countAttempt();
      suspectHashing.assertRoom(rank);
    }

    const row = await lookUp(this.limits, network, () => this.find(key.kid));
    if (row === undefined) return { proven: false, budget: unknownKids, account: network };

    countAttempt();
    const place = wrongSecrets.reserve(pair);
    if (!place.granted) throw new TooManyFailuresError(place.retryAfterSeconds);
    const placeOfKid = wrongSecretsOfKid.reserve(key.kid);
    const lane = placeOfKid.granted ? hashing : suspectHashing;
    let failed = false;
    try {
      failed = !(await lane.run(() => verifySecret(row.secretHash, key.secret), rank));
    } finally {
      if (!failed) {
        place.giveBack();
        placeOfKid.giveBack();
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

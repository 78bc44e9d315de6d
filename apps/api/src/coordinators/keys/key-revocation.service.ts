import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../common/http/request-context.js';
import { sourceNetwork } from '../../common/http/source-network.js';
import { InvalidRequestError } from '../../common/problems/invalid-request.error.js';
import { RightsDrain } from '../../database/rights-drain.js';
import { FailureBudget } from '../../keys/failure-budget.js';
import { parseKey } from '../../keys/key.js';
import { KeyIssuer } from '../../keys/key-issuer.js';
import { KeyVerifier } from '../../keys/key-verifier.js';
import { VerificationLimits } from '../../keys/verification-limits.js';
import { OperatorsRepository } from '../../operators/operators.repository.js';
import { CoordinatorIdentities } from '../authentication/coordinator-identities.js';
import { KeyIdentitiesRepository } from '../authentication/key-identities.repository.js';
import { EnvironmentKey } from '../environment-key/environment-key.js';
import { CoordinatorKeysRepository } from './coordinator-keys.repository.js';

/** The prefix of a key, or, if that is damaged, a part of the kid and a secret. `%5f` is an underscore as a URL may have it. */
const KEY_LIKE = /cr[ko](?:_|%5f|[0-9a-z]{40})|[0-9a-z]{4}(?:_|%5f)[0-9a-z]{20}/i;
const NOT_A_KEY =
  'key is not a complete key: its length or its checksum is wrong. Nothing was revoked. Send the whole key, and only the key.';

/** Nobody revokes the same key over and over. */
const MAX_PROOFS = 100;

/**
 * Kills a leaked key for whoever presents all of it, whatever state it is in. It has failure budgets of its own: guesses made
 * here shut nobody out of the other routes.
 */
@Injectable()
export class KeyRevocationService {
  private readonly coordinatorKeys: KeyVerifier<{ secretHash: string }>;
  private readonly operatorKeys: KeyVerifier<{ secretHash: string }>;
  private readonly revocations = new FailureBudget();

  constructor(
    known: KeyIdentitiesRepository,
    private readonly keys: CoordinatorKeysRepository,
    private readonly operators: OperatorsRepository,
    private readonly environmentKey: EnvironmentKey,
    private readonly identities: CoordinatorIdentities,
    private readonly issuer: KeyIssuer,
    private readonly drain: RightsDrain,
    { hashing, overdrawnLookups, queueRanks, suspectHashing }: VerificationLimits,
  ) {
    const { unknownKids, wrongSecrets, wrongSecretsOfKid } = new VerificationLimits();
    const limits = {
      unknownKids,
      wrongSecrets,
      wrongSecretsOfKid,
      queueRanks,
      hashing,
      suspectHashing,
      overdrawnLookups,
    };
    this.coordinatorKeys = new KeyVerifier((kid) => known.findIdentity(kid), limits, MAX_PROOFS);
    this.operatorKeys = new KeyVerifier((kid) => operators.findIdentity(kid), limits, MAX_PROOFS);
  }

  /**
   * Resolves once it is decided: the key, if it is one, can do nothing any more. The answer does not say whether it was one.
   *
   * An operator's key is put out of force and its operator stays, without a key until an ADMIN rotates it. That goes for the
   * last ADMIN too: a leaked key is worse than a locked door. The way back is `npm run operator:create` on the server.
   *
   * @param given white space around the key is ignored
   * @throws DomainError `invalid-request`: a key that was cut off or mistyped; nothing was revoked
   * @throws DomainError `too-many-failures`, `overloaded`, `database-unavailable`: not decided
   */
  async revoke(given: string, request: RequestContext): Promise<void> {
    const holder = await this.proveHolder(given.trim(), request.sourceAddress);
    if (holder === undefined) return;
    // A revoked key still proves its holder; without a bound each repeat would be a write and a drain.
    this.revocations.charge(`${sourceNetwork(request.sourceAddress)} ${holder.kid}`);
    if (holder.kind === 'operator') {
      // Nobody ever sees the text of this one.
      const { stored } = await this.issuer.issue('cro_');
      await this.operators.replaceKeyByHolder(holder.kid, request, stored);
    } else {
      const coordinatorId = await this.keys.revokeByHolder(holder.kid, request);
      this.identities.forget(coordinatorId);
    }
    await this.drain.drain();
  }

  private async proveHolder(
    text: string,
    sourceAddress: string | null,
  ): Promise<{ kind: 'coordinator' | 'operator'; kid: string } | undefined> {
    const key = parseKey(text);
    if (key === undefined) {
      const kid = this.environmentKey.kidOf(text);
      if (kid !== undefined) return { kind: 'coordinator', kid };
      // The checksum is public, so this reveals nothing. A 204 would let the holder believe that the key is revoked.
      if (KEY_LIKE.test(text)) throw InvalidRequestError.of('key', NOT_A_KEY);
      return undefined;
    }
    const [kind, verifier] =
      key.prefix === 'cro_'
        ? (['operator', this.operatorKeys] as const)
        : (['coordinator', this.coordinatorKeys] as const);
    return (await verifier.verify(key, sourceAddress)).proven ? { kind, kid: key.kid } : undefined;
  }
}

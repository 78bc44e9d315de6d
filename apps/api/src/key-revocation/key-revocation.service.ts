import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../common/http/request-context.js';
import { sharedWaitOf } from '../common/http/shared-wait.js';
import { sourceNetwork } from '../common/http/source-network.js';
import { CoordinatorIdentities } from '../coordinators/authentication/coordinator-identities.js';
import { KeyIdentitiesRepository } from '../coordinators/authentication/key-identities.repository.js';
import { EnvironmentKey } from '../coordinators/environment-key/environment-key.js';
import { RightsDrain } from '../database/rights-drain.js';
import { FailureBudget } from '../keys/failure-budget.js';
import { parseKey } from '../keys/key.js';
import { KeyIssuer } from '../keys/key-issuer.js';
import { KeyVerifier } from '../keys/key-verifier.js';
import { VerificationLimits } from '../keys/verification-limits.js';
import { OperatorsRepository } from '../operators/operators.repository.js';
import { CountingStores } from '../rate-limit/counting-store.js';
import { IncompleteKeyError } from './key-revocation.errors.js';
import { KeyRevocationRepository } from './key-revocation.repository.js';

/**
 * Matches the prefix of a key. If the prefix is damaged, it matches a part of the kid and a secret. `%5f` is an
 * underscore as a URL may contain it.
 */
const KEY_LIKE = /cr[ko](?:_|%5f|[0-9a-z]{40})|[0-9a-z]{4}(?:_|%5f)[0-9a-z]{20}/i;

/** No legitimate caller revokes the same key this often. */
const MAX_PROOFS = 100;

/**
 * Revokes a leaked key for any caller that presents the whole key, whatever its state. It has failure budgets of its
 * own, so guesses here block no caller on other routes.
 */
@Injectable()
export class KeyRevocationService {
  private readonly coordinatorKeys: KeyVerifier<{ secretHash: string }>;
  private readonly operatorKeys: KeyVerifier<{ secretHash: string }>;
  private readonly revocations: FailureBudget;

  constructor(
    coordinators: KeyIdentitiesRepository,
    operators: OperatorsRepository,
    private readonly keys: KeyRevocationRepository,
    private readonly environmentKey: EnvironmentKey,
    private readonly identities: CoordinatorIdentities,
    private readonly issuer: KeyIssuer,
    private readonly drain: RightsDrain,
    { hashing, overdrawnLookups, queueRanks, suspectHashing }: VerificationLimits,
    stores: CountingStores,
  ) {
    const { unknownKids, wrongSecrets, wrongSecretsOfKid } = new VerificationLimits(stores, 'revocation');
    const limits = {
      unknownKids,
      wrongSecrets,
      wrongSecretsOfKid,
      queueRanks,
      hashing,
      suspectHashing,
      overdrawnLookups,
    };
    this.revocations = new FailureBudget(stores, 'revocation:repeats');
    this.coordinatorKeys = new KeyVerifier((kid) => coordinators.findIdentity(kid), limits, MAX_PROOFS);
    this.operatorKeys = new KeyVerifier((kid) => operators.findIdentity(kid), limits, MAX_PROOFS);
  }

  /**
   * Resolves when the decision is made: if the text was a key, it can do nothing any more. The response does not say
   * whether it was a key.
   *
   * If it is an operator's key, the key is revoked and the operator stays, without a key until an ADMIN rotates it.
   * This holds for the last ADMIN too: a leaked key is worse than having no access. To get access back, run `npm run
   * operator:create` on the server.
   *
   * @param given white space around the key is ignored
   * @throws DomainError `invalid-request`: a key that was cut off or mistyped; nothing was revoked
   * @throws DomainError `too-many-failures`, `overloaded`, `database-unavailable`: not decided
   */
  async revoke(given: string, request: RequestContext): Promise<void> {
    const holder = await this.proveHolder(given.trim(), request);
    if (holder === undefined) return;
    // A revoked key still authenticates its holder. Without a limit each repeat would cost a write and a drain.
    const account = `${sourceNetwork(request.sourceAddress)} ${holder.kid}`;
    await this.revocations.charge(account, sharedWaitOf(request));
    if (holder.kind === 'operator') {
      // The text of this key is thrown away.
      const { stored } = await this.issuer.issue('cro_');
      await this.keys.replaceOperatorKey(holder.kid, request, stored);
    } else {
      const coordinatorId = await this.keys.revokeCoordinatorKey(holder.kid, request);
      this.identities.forget(coordinatorId);
    }
    await this.drain.drain();
  }

  private async proveHolder(
    text: string,
    request: RequestContext,
  ): Promise<{ kind: 'coordinator' | 'operator'; kid: string } | undefined> {
    const key = parseKey(text);
    if (key === undefined) {
      const kid = this.environmentKey.kidOf(text);
      if (kid !== undefined) return { kind: 'coordinator', kid };
      // The checksum is public, so this error reveals nothing. With a 204 the holder would believe that the key is
      // revoked.
      if (KEY_LIKE.test(text)) throw new IncompleteKeyError();
      return undefined;
    }
    const [kind, verifier] =
      key.prefix === 'cro_'
        ? (['operator', this.operatorKeys] as const)
        : (['coordinator', this.coordinatorKeys] as const);
    return (await verifier.verify(key, request)).proven ? { kind, kid: key.kid } : undefined;
  }
}

import { Injectable } from '@nestjs/common';
import type { Caller } from '../../common/access/caller.js';
import { InvalidCredentialError, MissingCredentialError } from '../../common/access/credential.errors.js';
import type { RequestContext } from '../../common/http/request-context.js';
import { parseKey } from '../../keys/key.js';
import { KeyVerifier } from '../../keys/key-verifier.js';
import { VerificationLimits } from '../../keys/verification-limits.js';
import { EnvironmentKey } from '../environment-key/environment-key.js';
import { CoordinatorIdentities } from './coordinator-identities.js';
import { KeyIdentitiesRepository } from './key-identities.repository.js';
import type { KeyIdentity } from './key-identity.js';
import { KeyUseRecorder } from './key-use-recorder.js';

/**
 * Authenticates a request by the coordinator key that it carries. Cheap checks come first. Postgres decides what the
 * coordinator may do, in the statement that does the work.
 */
@Injectable()
export class CoordinatorAuthenticator {
  private readonly verifier: KeyVerifier<KeyIdentity & { secretHash: string }>;

  constructor(
    keys: KeyIdentitiesRepository,
    limits: VerificationLimits,
    private readonly identities: CoordinatorIdentities,
    private readonly environmentKey: EnvironmentKey,
    private readonly uses: KeyUseRecorder,
  ) {
    this.verifier = new KeyVerifier((kid) => keys.findIdentity(kid), limits);
  }

  /**
   * Returns synchronously for a key that this process has verified before. Nearly all keys are such keys, and each
   * promise on the way would cost as much as the checks here.
   *
   * @param permission the permission that the route declares; null if it needs none
   * @throws DomainError `missing-credential`, `invalid-credential`, `too-many-failures`, `overloaded`
   */
  authenticate(request: RequestContext, permission: string | null): Caller | Promise<Caller> {
    const { credential } = request;
    if (credential.kind === 'none') throw new MissingCredentialError();
    if (credential.kind === 'unusable') throw new InvalidCredentialError();

    const kid = this.verifier.recognise(credential.value);
    const identity = kid === undefined ? undefined : this.identities.remembered(kid);
    if (kid !== undefined && identity !== undefined) return this.callerOf(kid, identity, request, permission);
    return this.authenticateUncached(credential.value, request, permission);
  }

  private async authenticateUncached(
    text: string,
    request: RequestContext,
    permission: string | null,
  ): Promise<Caller> {
    const { kid, row } = await this.verifyKey(text, request);
    return this.callerOf(kid, await this.identities.of(kid, row), request, permission);
  }

  private callerOf(
    kid: string,
    { coordinatorId: id, coordinatorName: name, keyId, rateLimitPerMinute }: KeyIdentity,
    { requestId, sourceAddress, userAgent }: RequestContext,
    permission: string | null,
  ): Caller {
    this.uses.note(keyId);
    return {
      kind: 'coordinator',
      kid,
      keyId,
      id,
      name,
      rateLimitPerMinute,
      permission,
      requestId,
      sourceAddress,
      userAgent,
    };
  }

  private async verifyKey(
    text: string,
    request: RequestContext,
  ): Promise<{ kid: string; row?: KeyIdentity }> {
    const key = parseKey(text);
    if (key?.prefix === 'crk_') {
      const verdict = await this.verifier.verify(key, request);
      if (verdict.proven) return { kid: key.kid, ...(verdict.row !== undefined && { row: verdict.row }) };
    } else if (key === undefined) {
      const kid = this.environmentKey.kidOf(text);
      if (kid !== undefined) return { kid };
    }
    throw text.startsWith('cro_')
      ? new InvalidCredentialError("This route takes a coordinator's key (crk_…), not an operator's (cro_…).")
      : new InvalidCredentialError();
  }
}

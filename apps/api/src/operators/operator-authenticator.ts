import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { accessRefused } from '../common/access/access-refused.error.js';
import type { Caller } from '../common/access/caller.js';
import { InvalidCredentialError, MissingCredentialError } from '../common/access/credential.errors.js';
import type { RequestContext } from '../common/http/request-context.js';
import { parseKey } from '../keys/key.js';
import { KeyVerifier } from '../keys/key-verifier.js';
import { VerificationLimits } from '../keys/verification-limits.js';
import { OPERATOR_RATE_LIMIT_PER_MINUTE } from '../rate-limit/rate-limit.js';
import { OperatorUseRecorder } from './operator-use-recorder.js';
import { type OperatorIdentity, OperatorsRepository } from './operators.repository.js';

const MAX_IDENTITIES = 10_000;
/** Operators are few and seldom call. One lookup per second costs little, and a new name reaches the log at once. */
const IDENTITY_LIFE_MS = 1_000;

/** Proves that a request comes from the operator whose key it carries. Postgres decides what that operator may do. */
@Injectable()
export class OperatorAuthenticator {
  private readonly verifier: KeyVerifier<OperatorIdentity>;
  /** by kid, at most a second old: the identity for the log and the rate limit. No right depends on it. */
  private readonly identities = new LRUCache<string, Omit<OperatorIdentity, 'secretHash'>>({
    max: MAX_IDENTITIES,
    ttl: IDENTITY_LIFE_MS,
  });

  constructor(
    private readonly operators: OperatorsRepository,
    limits: VerificationLimits,
    private readonly uses: OperatorUseRecorder,
  ) {
    this.verifier = new KeyVerifier((kid) => this.operators.findIdentity(kid), limits, MAX_IDENTITIES);
  }

  /**
   * @param permission that the route declares
   * @throws DomainError `missing-credential`, `invalid-credential`, `key-revoked` (its row was removed after the
   * verification), `too-many-failures`, `overloaded`
   */
  async authenticate(request: RequestContext, permission: string | null): Promise<Caller> {
    const { credential, requestId, sourceAddress, userAgent } = request;
    if (credential.kind === 'none') throw new MissingCredentialError();
    const key =
      credential.kind === 'presented' && credential.scheme === 'bearer'
        ? parseKey(credential.value)
        : undefined;
    if (key?.prefix !== 'cro_') {
      throw credential.kind === 'presented' && credential.value.startsWith('crk_')
        ? new InvalidCredentialError(
            "This route takes an operator's key (cro_…), not a coordinator's (crk_…).",
          )
        : new InvalidCredentialError();
    }

    const verdict = await this.verifier.verify(key, request);
    if (!verdict.proven) throw new InvalidCredentialError();
    const { id, name, keyId } = await this.identify(key.kid, verdict.row);
    this.uses.note(id);
    return {
      kind: 'operator',
      kid: key.kid,
      keyId,
      id,
      name,
      rateLimitPerMinute: OPERATOR_RATE_LIMIT_PER_MINUTE,
      permission,
      requestId,
      sourceAddress,
      userAgent,
    };
  }

  private async identify(kid: string, read: OperatorIdentity | undefined) {
    const known = read === undefined ? this.identities.get(kid) : undefined;
    if (known !== undefined) return known;
    const row = read ?? (await this.operators.findIdentity(kid));
    if (row === undefined) throw accessRefused('key-revoked');
    const { secretHash: _, ...identity } = row;
    this.identities.set(kid, identity);
    return identity;
  }
}

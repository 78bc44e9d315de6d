import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../common/access/caller.js';
import { InvalidCredentialError } from '../common/access/credential.errors.js';
import type { RequestContext } from '../common/http/request-context.js';
import { sharedWaitOf } from '../common/http/shared-wait.js';
import { sourceNetwork } from '../common/http/source-network.js';
import { lookUp, VerificationLimits } from '../keys/verification-limits.js';
import { OPERATOR_RATE_LIMIT_PER_MINUTE } from '../rate-limit/rate-limit.js';
import { SessionIdentitiesRepository, type SessionIdentity } from './session-identities.repository.js';

const MAX_SESSIONS = 10_000;
const IDENTITY_LIFE_MS = 1_000;
/** A use is written at once, and then none for so long: a session ends at most this much earlier than 30 minutes after its last use. */
const WRITE_EVERY_MS = 60_000;

/** 256 bits in base64url. */
const TOKEN = /^[\w-]{43}$/;

/** What the database stores of a token: with 256 random bits in it, a fast hash is enough. */
export function tokenHash(token: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(token).digest());
}

/** Proves that a request comes from the browser whose session it carries. Postgres decides what the operator may do. */
@Injectable()
export class SessionAuthenticator {
  private readonly logger = new Logger('SessionAuthenticator');
  /** by token hash, at most a second old: the identity for the log and the rate limit. No right depends on it. */
  private readonly identities = new LRUCache<string, SessionIdentity>({
    max: MAX_SESSIONS,
    ttl: IDENTITY_LIFE_MS,
  });
  /** ids of sessions whose use was written within the last minute */
  private readonly noted = new LRUCache<string, true>({ max: MAX_SESSIONS, ttl: WRITE_EVERY_MS });

  constructor(
    private readonly sessions: SessionIdentitiesRepository,
    private readonly limits: VerificationLimits,
  ) {}

  /**
   * @param token of the cookie
   * @param permission that the route declares
   * @param isUse false: the request does not keep the session alive
   * @throws DomainError `invalid-credential` for an unknown token, `too-many-failures`, `overloaded`
   */
  async authenticate(
    request: RequestContext,
    token: string,
    permission: string | null,
    isUse: boolean,
  ): Promise<Caller> {
    if (!TOKEN.test(token)) throw new InvalidCredentialError();
    const { requestId, sourceAddress, userAgent } = request;
    const { sessionId, keyId, operatorId, operatorName } = await this.identify(token, request);
    const caller: Caller = {
      kind: 'operator',
      session: true,
      kid: sessionId,
      keyId,
      id: operatorId,
      name: operatorName,
      rateLimitPerMinute: OPERATOR_RATE_LIMIT_PER_MINUTE,
      permission,
      requestId,
      sourceAddress,
      userAgent,
    };
    if (isUse && !this.noted.has(sessionId)) await this.noteUse(caller);
    return caller;
  }

  private async identify(token: string, request: RequestContext): Promise<SessionIdentity> {
    const hash = tokenHash(token);
    const name = Buffer.from(hash).toString('base64url');
    const known = this.identities.get(name);
    if (known !== undefined) return known;
    const network = sourceNetwork(request.sourceAddress);
    const find = () => this.sessions.find(hash);
    const found = await lookUp(this.limits, network, find, sharedWaitOf(request));
    if (found === undefined) throw new InvalidCredentialError();
    this.identities.set(name, found);
    return found;
  }

  /** Does not fail the request: a database that takes no changes can still be read. */
  private async noteUse(caller: Caller): Promise<void> {
    this.noted.set(caller.kid, true);
    try {
      await this.sessions.noteUse(caller);
    } catch (error) {
      this.noted.delete(caller.kid);
      this.logger.warn(`cannot write the use of a session: ${String(error)}`);
    }
  }
}

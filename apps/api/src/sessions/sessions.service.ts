import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import type { RequestContext } from '../common/http/request-context.js';
import { sharedWaitOf } from '../common/http/shared-wait.js';
import { type Page, readPage } from '../common/pagination/page.js';
import { RightsDrain } from '../database/rights-drain.js';
import { OperatorAuthenticator } from '../operators/operator-authenticator.js';
import { tokenHash } from '../operators/session-authenticator.js';
import { RateLimitedError } from '../rate-limit/rate-limit.errors.js';
import { rateLimitKey } from '../rate-limit/rate-limit.js';
import { RateLimitStorage } from '../rate-limit/rate-limit.storage.js';
import type { SessionsQuery } from './dto/session.requests.js';
import type { OpenedSession, Session, SignedIn } from './session.js';
import { SessionsRepository } from './sessions.repository.js';

const TOKEN_BYTES = 32;

@Injectable()
export class SessionsService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly authenticator: OperatorAuthenticator,
    private readonly requests: RateLimitStorage,
    private readonly drain: RightsDrain,
  ) {}

  /**
   * Proves the key as the guard does, and opens a session.
   *
   * @param onProven called with the operator once its key is proven; a later refusal is its own
   * @returns the token, which is shown only this once
   * @throws DomainError `invalid-credential`, `too-many-failures`, `overloaded`, `rate-limited`, and the refusals of
   *   `assertAllowed`
   */
  async signIn(
    accessKey: string,
    request: RequestContext,
    onProven: (caller: Caller) => void,
  ): Promise<OpenedSession> {
    const credential = { kind: 'presented', value: accessKey.trim(), scheme: 'bearer' } as const;
    // Made before the copy, so that the count below has what the verification leaves.
    sharedWaitOf(request);
    const caller = await this.authenticator.authenticate({ ...request, credential }, null);
    onProven(caller);
    return await this.open(caller, request);
  }

  /**
   * Counts the request as one of its operator, and opens a session with a new token.
   *
   * @param caller that was just authenticated
   * @throws DomainError `rate-limited`, and the refusals of `assertAllowed`
   */
  async open(caller: Caller, request: Pick<RequestContext, 'sharedWait'>): Promise<OpenedSession> {
    const { rateLimitPerMinute: limit } = caller;
    const hit = await this.requests.count(rateLimitKey(caller), limit, request);
    if (hit.isBlocked) throw new RateLimitedError(limit, hit.timeToBlockExpire);
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    return { token, signedIn: await this.sessions.open(caller, tokenHash(token)) };
  }

  findSignedIn(caller: Caller): Promise<SignedIn> {
    return this.sessions.findSignedIn(caller);
  }

  list(caller: Caller, query: SessionsQuery): Promise<Page<Session>> {
    return readPage(query, (range) => this.sessions.list(caller, query, range));
  }

  /** Does nothing for a caller with a key, which is in no session. */
  async signOut(caller: Caller): Promise<void> {
    if (caller.session !== true) {
      await this.sessions.findSignedIn(caller);
      return;
    }
    await this.end(caller, caller.kid);
  }

  /** Drains also if the session has already ended: the first request may still be running. */
  async end(caller: Caller, id: string): Promise<void> {
    await this.sessions.end(caller, id);
    await this.drain.drain();
  }

  async endOthers(caller: Caller): Promise<void> {
    await this.sessions.endOthers(caller);
    await this.drain.drain();
  }
}

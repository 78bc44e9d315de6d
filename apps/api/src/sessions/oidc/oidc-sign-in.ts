import type { IncomingHttpHeaders } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../../common/access/caller.js';
import type { RequestContext } from '../../common/http/request-context.js';
import { sharedWaitOf } from '../../common/http/shared-wait.js';
import { sourceNetwork } from '../../common/http/source-network.js';
import { APP_CONFIG, type AppConfig } from '../../config/app-config.js';
import { isDisplayName } from '../../config/display-name.js';
import { RightsDrain } from '../../database/rights-drain.js';
import { TooManyFailuresError } from '../../keys/keys.errors.js';
import { VerificationLimits } from '../../keys/verification-limits.js';
import { OperatorUseRecorder } from '../../operators/operator-use-recorder.js';
import { OPERATOR_RATE_LIMIT_PER_MINUTE } from '../../rate-limit/rate-limit.js';
import type { OpenedSession } from '../session.js';
import { SessionsService } from '../sessions.service.js';
import { type Claims, claimedRights } from './claimed-rights.js';
import { NoProviderError, SignInFailedError, SignInRefusedError } from './oidc.errors.js';
import { type OidcOperator, OidcOperatorsRepository } from './oidc-operators.repository.js';
import { OidcProvider } from './oidc-provider.js';
import { TransactionCookies } from './oidc-transaction.js';

type Oidc = NonNullable<AppConfig['oidc']>;

/** A page of the console, which sends what the provider has put into its address to `POST /session/oidc/callback`. */
const REDIRECT_PATH = '/console/sign-in/oidc';
/** Leaves room for a number after a name that is taken. */
const MAX_NAME = 90;

/** Signs operators in with the OpenID provider of `OIDC_ISSUER`: authorization code flow with PKCE. */
@Injectable()
export class OidcSignIn {
  private readonly parts:
    | { rules: Oidc['rules']; provider: OidcProvider; cookies: TransactionCookies }
    | undefined;

  constructor(
    @Inject(APP_CONFIG) { oidc }: AppConfig,
    private readonly sessions: SessionsService,
    private readonly operators: OidcOperatorsRepository,
    private readonly limits: VerificationLimits,
    private readonly uses: OperatorUseRecorder,
    private readonly drain: RightsDrain,
  ) {
    this.parts = oidc && {
      rules: oidc.rules,
      provider: new OidcProvider(oidc),
      cookies: new TransactionCookies(oidc.clientSecret),
    };
  }

  /** @throws NoProviderError */
  assertOffered(): void {
    if (this.parts === undefined) throw new NoProviderError();
  }

  /**
   * @param origin of the page that asks
   * @returns where to send the browser, and the cookie that it must bring back
   * @throws DomainError `provider-unavailable`, `too-many-failures`
   */
  async begin(origin: string, request: RequestContext): Promise<{ url: string; cookie: string }> {
    const { provider, cookies } = this.offered();
    return await this.counted(request, async () => {
      const { url, transaction } = await provider.begin(origin + REDIRECT_PATH, request.requestId);
      return { url, cookie: await cookies.seal(transaction) };
    });
  }

  /**
   * @param query of the address to which the provider has sent the browser
   * @param onProven called with the operator once it is known; a later refusal is its own
   * @throws DomainError `sign-in-failed`, `sign-in-refused`, `provider-unavailable`, `too-many-failures`, `rate-limited`,
   *   and the refusals of `assertAllowed`
   */
  async finish(
    query: string,
    origin: string,
    headers: IncomingHttpHeaders,
    request: RequestContext,
    onProven: (caller: Caller) => void,
  ): Promise<OpenedSession> {
    const { provider, cookies } = this.offered();
    return await this.counted(request, async () => {
      const transaction = await cookies.open(headers);
      if (transaction?.redirectUri !== origin + REDIRECT_PATH) {
        throw new SignInFailedError(
          'no-transaction',
          'This browser has begun no sign-in, or more than 10 minutes ago.',
        );
      }
      const claims = await provider.redeem(query, transaction, request.requestId);
      const caller = await this.admit(claims, request, onProven);
      const opened = await this.sessions.open(caller, request);
      this.uses.note(caller.id);
      return opened;
    });
  }

  private async admit(
    claims: Claims & { iss: string; sub: string },
    request: RequestContext,
    onProven: (caller: Caller) => void,
  ): Promise<Caller> {
    const identity = { issuer: claims.iss, subject: claims.sub };
    const rights = claimedRights(this.offered().rules, claims);
    const operator =
      rights === undefined
        ? await this.operators.endSessions(identity, request.requestId)
        : await this.operators.keep(identity, nameOf(claims), rights, request.requestId);
    // Rights that were taken away, with sessions or a role, have no effect from this answer on.
    if (operator?.isChanged === true) await this.drain.drain();
    const caller = operator && callerOf(operator, request);
    if (caller !== undefined) onProven(caller);
    if (rights === undefined || caller === undefined) {
      throw new SignInRefusedError('not-mapped', 'Your account has no access here. Ask an administrator.');
    }
    if (operator?.isDeleted === true) {
      throw new SignInRefusedError('operator-deleted', 'An administrator has removed your access.');
    }
    return caller;
  }

  private offered() {
    if (this.parts === undefined) throw new NoProviderError();
    return this.parts;
  }

  /** A sign-in that fails counts as a wrong key of this network does. Its place is taken first, before the provider is asked. */
  private async counted<T>(request: RequestContext, work: () => Promise<T>): Promise<T> {
    const network = sourceNetwork(request.sourceAddress);
    const place = await this.limits.unknownKids.reserve(network, sharedWaitOf(request));
    if (!place.granted) throw new TooManyFailuresError(place.retryAfterSeconds);
    const result = await work();
    place.uncount();
    return result;
  }
}

function callerOf(
  { id, name, keyId }: OidcOperator,
  { requestId, sourceAddress, userAgent }: RequestContext,
): Caller {
  return {
    kind: 'operator',
    identity: true,
    kid: keyId,
    keyId,
    id,
    name,
    rateLimitPerMinute: OPERATOR_RATE_LIMIT_PER_MINUTE,
    permission: null,
    requestId,
    sourceAddress,
    userAgent,
  };
}

/** A name for people. It identifies no one: two may have the same, and a person may choose it. */
function nameOf(claims: Claims & { sub: string }): string {
  const names = [claims.name, claims.preferred_username, claims.email, claims.sub]
    .filter((it) => typeof it === 'string')
    .map((it) => [...it.trim()].slice(0, MAX_NAME).join('').trim());
  return names.find(isDisplayName) ?? 'unnamed';
}

import { Injectable, Logger } from '@nestjs/common';
import type * as Client from 'openid-client';
import type { AppConfig } from '../../config/app-config.js';
import type { Claims } from './claimed-rights.js';
import { ProviderUnavailableError, SignInFailedError, SignInRefusedError } from './oidc.errors.js';
import type { OidcTransaction } from './oidc-transaction.js';

type Oidc = NonNullable<AppConfig['oidc']>;

/** Of one request to the provider. A sign-in makes up to three: metadata, token, keys. */
const TIMEOUT_SECONDS = 5;
/** By how much the clocks of the two machines may differ. */
const CLOCK_TOLERANCE_SECONDS = 30;
/** The metadata is read again after an hour, so a provider may move its endpoints. The library renews the keys by itself. */
const METADATA_LIFE_MS = 3_600_000;

/** What the provider says of the person, not of this server (RFC 6749, section 4.1.2.1; OpenID Connect Core, section 3.1.2.6). */
const ABOUT_THE_PERSON = [
  'access_denied',
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
];
/** Codes of the library for an answer that does not belong to this sign-in, or an ID token that must not be believed. */
const NOT_BELIEVED = [
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_KEY_SELECTION_FAILED',
];

/** The OpenID provider, through openid-client. Loaded only at the first sign-in. */
@Injectable()
export class OidcProvider {
  private readonly logger = new Logger('OidcProvider');
  private metadata: { read: Promise<Client.Configuration>; at: number } | undefined;

  constructor(private readonly config: Oidc) {}

  /** @returns where to send the browser, and what to keep until it comes back */
  async begin(
    redirectUri: string,
    requestId: string,
  ): Promise<{ url: string; transaction: OidcTransaction }> {
    return await this.ask(requestId, async (client, server) => {
      const transaction = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        codeVerifier: client.randomPKCECodeVerifier(),
        redirectUri,
      };
      const url = client.buildAuthorizationUrl(server, {
        redirect_uri: redirectUri,
        scope: this.config.scope,
        state: transaction.state,
        nonce: transaction.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(transaction.codeVerifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, transaction };
    });
  }

  /**
   * Redeems the code. The tokens are used no further.
   *
   * @param query of the redirect URI, as the provider has made it
   * @returns the claims of the ID token, whose signature, issuer, audience, nonce and times are verified
   * @throws DomainError `sign-in-failed`, `sign-in-refused`, `provider-unavailable`
   */
  async redeem(query: string, transaction: OidcTransaction, requestId: string): Promise<Claims & Identity> {
    const answered = new URL(transaction.redirectUri);
    answered.search = query;
    return await this.ask(requestId, async (client, server) => {
      const tokens = await client.authorizationCodeGrant(server, answered, {
        expectedState: transaction.state,
        expectedNonce: transaction.nonce,
        pkceCodeVerifier: transaction.codeVerifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new Error('the library accepted an answer without an ID token');
      return claims;
    });
  }

  private async ask<T>(
    requestId: string,
    work: (client: typeof Client, server: Client.Configuration) => Promise<T>,
  ): Promise<T> {
    const client = await import('openid-client');
    try {
      return await work(client, await this.discover(client));
    } catch (error) {
      throw this.translate(client, error, requestId);
    }
  }

  /** One request at a time. A failure is not kept. */
  private async discover(client: typeof Client): Promise<Client.Configuration> {
    const now = performance.now();
    if (this.metadata === undefined || now - this.metadata.at > METADATA_LIFE_MS) {
      this.metadata = { read: this.readMetadata(client), at: now };
    }
    const { read } = this.metadata;
    try {
      return await read;
    } catch (error) {
      if (this.metadata?.read === read) this.metadata = undefined;
      throw error;
    }
  }

  private async readMetadata(client: typeof Client): Promise<Client.Configuration> {
    const { issuer, clientId, clientSecret } = this.config;
    const basic = client.ClientSecretBasic(clientSecret);
    const post = client.ClientSecretPost(clientSecret);
    // OpenID Connect Discovery, section 3: basic, unless the metadata says otherwise.
    const authenticate: Client.ClientAuth = (server, ...request) => {
      const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
      (methods.includes('client_secret_basic') ? basic : post)(server, ...request);
    };
    const execute = [client.enableNonRepudiationChecks];
    if (issuer.protocol === 'http:') execute.push(client.allowInsecureRequests);
    const metadata = { [client.clockTolerance]: CLOCK_TOLERANCE_SECONDS };
    const options = { timeout: TIMEOUT_SECONDS, execute };
    const server = await client.discovery(issuer, clientId, metadata, authenticate, options);
    const { authorization_endpoint, token_endpoint, jwks_uri } = server.serverMetadata();
    if (!authorization_endpoint || !token_endpoint || !jwks_uri) throw new IncompleteMetadataError();
    return server;
  }

  /** Logs what is no fault of the person. Neither the log nor the answer quotes what the provider has sent, but for error codes. */
  private translate(client: typeof Client, error: unknown, requestId: string): unknown {
    const host = this.config.issuer.host;
    if (error instanceof client.AuthorizationResponseError) {
      if (ABOUT_THE_PERSON.includes(error.error)) {
        return new SignInRefusedError('provider-refused', `${host} has not signed you in.`);
      }
      this.warn(requestId, error.code, error.error);
      return new ProviderUnavailableError(`${host} could not sign you in.`);
    }
    if (error instanceof client.ResponseBodyError) {
      if (error.error === 'invalid_grant') {
        return new SignInFailedError(
          'code-refused',
          'The code of the provider was used before, or has expired.',
        );
      }
      this.warn(requestId, error.code, error.error);
      return new ProviderUnavailableError(`${host} refused the request of this server.`);
    }
    const code = codeOf(error);
    if (code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED') {
      this.warn(requestId, code, 'compare the clocks of the two machines');
      return new SignInFailedError(
        'id-token-time',
        'By the clock of this server, the ID token of the provider is not valid now.',
      );
    }
    if (NOT_BELIEVED.includes(code)) {
      this.warn(requestId, code);
      return new SignInFailedError(
        'answer-refused',
        'The answer of the provider does not belong to this sign-in.',
      );
    }
    this.warn(requestId, code);
    return new ProviderUnavailableError(`${host} does not answer, or not as an OpenID provider does.`);
  }

  private warn(requestId: string, code: string, detail?: string): void {
    this.logger.warn({
      message: 'a sign-in with the OpenID provider failed',
      issuer: this.config.issuer.href,
      requestId,
      code,
      ...(detail !== undefined && { detail: detail.replace(/[^\x20-\x7e]/g, '?').slice(0, 100) }),
    });
  }
}

class IncompleteMetadataError extends Error {
  readonly code = 'METADATA_INCOMPLETE';
}

/** OpenID Connect Core, section 2. */
interface Identity {
  iss: string;
  sub: string;
}

/** Of the library, of fetch, or of the system: `ECONNREFUSED`. Never a message, which could quote an answer. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'cause' in error ? codeOf(error.cause) : 'unknown';
}

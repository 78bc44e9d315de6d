import { hkdfSync } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** What a browser keeps between the start of a sign-in and the answer of the provider. */
export interface OidcTransaction {
  state: string;
  nonce: string;
  codeVerifier: string;
  redirectUri: string;
}

const COOKIE = '__Host-oidc';
const LIFE_SECONDS = 600;
/** Strict is enough: not the redirect of the provider brings it back, but a request of the console's page. */
const ATTRIBUTES = 'Secure; HttpOnly; SameSite=Strict; Path=/';

/**
 * The cookie of a transaction, as an encrypted JWT. So no replica needs to remember anything, and a reader of a
 * log that has the cookie cannot redeem a code with it. All replicas derive the key from the client's secret.
 */
export class TransactionCookies {
  private readonly key: Uint8Array;

  constructor(clientSecret: string) {
    this.key = new Uint8Array(
      hkdfSync('sha256', clientSecret, '', 'coordinator-registry: cookie of an OIDC transaction', 32),
    );
  }

  /** @returns the value of `Set-Cookie` */
  async seal({ state, nonce, codeVerifier, redirectUri }: OidcTransaction): Promise<string> {
    const { EncryptJWT } = await import('jose');
    const sealed = await new EncryptJWT({ state, nonce, codeVerifier, redirectUri })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setExpirationTime(`${LIFE_SECONDS} s`)
      .encrypt(this.key);
    return `${COOKIE}=${sealed}; ${ATTRIBUTES}; Max-Age=${LIFE_SECONDS}`;
  }

  /** @returns undefined: there is none, it has expired, or this server did not make it */
  async open({ cookie }: IncomingHttpHeaders): Promise<OidcTransaction | undefined> {
    const { jwtDecrypt, errors } = await import('jose');
    const sealed = sealedIn(cookie ?? '');
    if (sealed === undefined) return undefined;
    try {
      const { payload } = await jwtDecrypt<OidcTransaction>(sealed, this.key, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
        requiredClaims: ['exp', 'state', 'nonce', 'codeVerifier', 'redirectUri'],
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }
}

/** The value of `Set-Cookie` that removes the cookie. */
export const NO_TRANSACTION = `${COOKIE}=; ${ATTRIBUTES}; Max-Age=0`;

function sealedIn(cookies: string): string | undefined {
  const pairs = cookies.split(';').map((it) => it.trim());
  return pairs.find((it) => it.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}

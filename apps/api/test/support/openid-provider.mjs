// A real OpenID provider (oidc-provider) on a free port of this machine. People sign in on its own pages, with any password.
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

export const CLIENT_ID = 'registry';
/** With characters that RFC 6749, section 2.3.1, has a client encode. */
export const CLIENT_SECRET = 'odd:characters/+&=%25of-the-client';

/** How long its ID tokens are valid. */
export const ID_TOKEN_SECONDS = 10;

/** Serves nothing before `serve`: the server under test must know the issuer, and the provider the address of that server. */
export async function listenAsProvider() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256' }] };
  const people = new Map();
  // The provider asks `Date.now` for the time. While it answers, it gets that of its own clock.
  const clock = new AsyncLocalStorage();
  const { now } = Date;
  Date.now = () => now() + (clock.getStore() ?? 0);
  return {
    issuer,
    people,
    async serve({ redirectUris, clientSecret = CLIENT_SECRET, clockOffsetSeconds = 0 }) {
      const provider = new Provider(issuer, {
        clients: [{ client_id: CLIENT_ID, client_secret: clientSecret, redirect_uris: redirectUris }],
        jwks,
        cookies: { keys: [randomUUID()] },
        // A claim of the ID token, not only of /userinfo.
        conformIdTokenClaims: false,
        claims: {
          openid: ['sub', 'groups'],
          profile: ['name', 'preferred_username'],
          email: ['email', 'email_verified'],
        },
        pkce: { required: () => true },
        ttl: {
          AccessToken: 600,
          AuthorizationCode: 60,
          Grant: 600,
          IdToken: ID_TOKEN_SECONDS,
          Interaction: 600,
          Session: 600,
        },
        findAccount: (_, id) => ({ accountId: id, claims: () => ({ ...people.get(id), sub: id }) }),
      });
      const answer = provider.callback();
      server.removeAllListeners('request');
      server.on('request', (request, response) =>
        clock.run(clockOffsetSeconds * 1_000, answer, request, response),
      );
    },
    async close() {
      Date.now = now;
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

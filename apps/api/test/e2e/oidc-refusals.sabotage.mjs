export default [
  {
    what: 'the nonce is not compared',
    file: 'apps/api/src/sessions/oidc/oidc-provider.ts',
    find: 'expectedNonce: transaction.nonce,',
    replace: 'expectedNonce: undefined,',
  },
  {
    what: 'the state is not compared',
    file: 'apps/api/src/sessions/oidc/oidc-provider.ts',
    find: 'expectedState: transaction.state,',
    replace: 'expectedState: client.skipStateCheck,',
  },
  {
    what: 'the cookie may be as old as it likes',
    file: 'apps/api/src/sessions/oidc/oidc-transaction.ts',
    find: 'const LIFE_SECONDS = 600;',
    replace: 'const LIFE_SECONDS = 86_400;',
  },
  {
    what: 'another origin ends the sign-in',
    file: 'apps/api/src/sessions/oidc/oidc-sign-in.ts',
    find: 'transaction?.redirectUri !== origin + REDIRECT_PATH',
    replace: 'transaction === undefined',
  },
  {
    what: 'failures are not counted',
    file: 'apps/api/src/sessions/oidc/oidc-sign-in.ts',
    find: 'const result = await work();\n    place.uncount();',
    replace: 'place.uncount();\n    const result = await work();',
  },
  {
    what: 'the clocks must agree',
    file: 'apps/api/src/sessions/oidc/oidc-provider.ts',
    find: 'const CLOCK_TOLERANCE_SECONDS = 30;',
    replace: 'const CLOCK_TOLERANCE_SECONDS = 0;',
  },
  {
    what: 'incomplete metadata is kept for an hour',
    file: 'apps/api/src/sessions/oidc/oidc-provider.ts',
    find: '!authorization_endpoint || !token_endpoint || !jwks_uri',
    replace: 'false',
  },
];

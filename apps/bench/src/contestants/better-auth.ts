import { openBetterAuth } from './better-auth-instance.js';
import type { Contestant } from './contestant.js';
import { guardedRoute } from './guarded-route.js';

/** `@better-auth/api-key` with its own rate limit, called from a server as its documentation says. */
const betterAuthKeys: Contestant = ({ databaseUrl, answer }) => {
  const auth = openBetterAuth(databaseUrl);
  return guardedRoute(answer, async (key) => (await auth.api.verifyApiKey({ body: { key } })).valid);
};
export default betterAuthKeys;

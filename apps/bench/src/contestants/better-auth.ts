import { openBetterAuth } from './better-auth-instance.js';
import type { Contestant } from './contestant.js';
import { guardedRoute } from './guarded-route.js';

/** `@better-auth/api-key`, its own rate limit included, as its documentation has it called from a server. */
const betterAuthKeys: Contestant = ({ databaseUrl, answer }) => {
  const auth = openBetterAuth(databaseUrl);
  return guardedRoute(answer, async (key) => (await auth.api.verifyApiKey({ body: { key } })).valid);
};
export default betterAuthKeys;

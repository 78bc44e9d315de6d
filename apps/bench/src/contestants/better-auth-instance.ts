import { apiKey } from '@better-auth/api-key';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { openPool } from '../stage/stage.js';
import { SESSIONS } from './contestant.js';

/** A limit that no round reaches: it counts, and refuses no request. */
const LIMIT = { enabled: true, timeWindow: 60_000, maxRequests: 10_000_000 };

export function openBetterAuth(databaseUrl: string) {
  return betterAuth({
    baseURL: 'http://127.0.0.1',
    secret: 'a secret that protects nothing but this benchmark',
    database: openPool(databaseUrl, SESSIONS),
    emailAndPassword: { enabled: true },
    telemetry: { enabled: false },
    logger: { disabled: true },
    plugins: [apiKey({ rateLimit: LIMIT })],
  });
}

/** Creates its tables, a user, and the user's key. @returns the key */
export async function issueBetterAuthKey(databaseUrl: string): Promise<string> {
  const auth = openBetterAuth(databaseUrl);
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();
  const { user } = await auth.api.signUpEmail({
    body: { name: 'bench', email: 'bench@example.com', password: 'correct horse battery staple' },
  });
  const { key } = await auth.api.createApiKey({ body: { name: 'bench', userId: user.id } });
  await auth.options.database.end();
  return key;
}

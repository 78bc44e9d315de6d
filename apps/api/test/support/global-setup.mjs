import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { makeTemplate } from './template-database.mjs';

/**
 * One Postgres for the whole run, and in it one migrated template that test files clone: an embedded one, or the one whose
 * superuser URL stands in `TEST_DATABASE_URL`.
 */
export default async function globalSetup() {
  const run = `registry_test_${randomBytes(4).toString('hex')}`;
  const superuserUrl = process.env.TEST_DATABASE_URL || (await startKeeper());
  // The workers inherit it.
  process.env.REGISTRY_TEST_RUN = JSON.stringify(await makeTemplate(superuserUrl, run));
}

async function startKeeper() {
  const keeper = spawn(process.execPath, [fileURLToPath(new URL('./postgres-keeper.mjs', import.meta.url))], {
    // Ctrl-C is for Jest; the keeper follows when Jest is gone.
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  globalThis.registryTestKeeper = keeper;
  for await (const line of createInterface({ input: keeper.stdout })) return line;
  throw new Error('the embedded Postgres of the tests did not start; has `npm run build` been run?');
}

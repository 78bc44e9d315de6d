// What `audit:fill` and `audit:pages` share: where a large log lies, and the names in it.
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { EmbeddedPostgres } from '../apps/api/dist/database/embedded/embedded-postgres.js';
import { ensureRegistryDatabase } from '../apps/api/dist/database/embedded/registry-database.js';
import { prepareDatabase } from '../apps/api/dist/database/prepare-database.js';

const QUIET = {
  log: () => undefined,
  warn: (message) => process.stderr.write(`${message}\n`),
  error: (message) => process.stderr.write(`${message}\n`),
};

/** Beside `.data`, and never in it. */
export function directoryFor(records) {
  return `.data-of-${records}-records`;
}

/** The embedded PostgreSQL in `directory`, with a registry's database: URLs of its owner and of the API, and how to leave it. */
export async function openDirectory(directory, settings) {
  await mkdir(directory, { recursive: true });
  const postgres = await EmbeddedPostgres.open(directory, QUIET, { settings });
  try {
    const { connection, stop } = await prepareDatabase({ dataDir: directory }, QUIET, { create: true });
    const { owner } = await ensureRegistryDatabase(postgres);
    const close = async () => {
      await stop();
      await postgres.release();
    };
    return { owner, api: connection.url, close };
  } catch (error) {
    await postgres.release();
    throw error;
  }
}

/** The id of `workspace 7`, `actor 0` and their like: in every log that is filled the same. */
export function idOf(name) {
  const digits = createHash('md5').update(name).digest('hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

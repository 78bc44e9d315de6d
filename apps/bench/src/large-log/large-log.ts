// What `audit:fill` and `audit:pages` share: where a large log is stored, and the names in it.
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { EmbeddedPostgres } from '@coordinator-registry/api/database/embedded/embedded-postgres.js';
import { ensureRegistryDatabase } from '@coordinator-registry/api/database/embedded/registry-database.js';
import { prepareDatabase } from '@coordinator-registry/api/database/prepare-database.js';

const QUIET = {
  log: () => undefined,
  warn: (message: unknown) => process.stderr.write(`${message}\n`),
  error: (message: unknown) => process.stderr.write(`${message}\n`),
};

/** A log in a directory of its own. */
export interface LargeLog {
  /** the URL of the database's owner */
  owner: string;
  /** the URL of the API's login */
  api: string;
  close(): Promise<void>;
}

/** A folder beside `.data`, never in it. */
export function directoryFor(records: number): string {
  return `.data-of-${records}-records`;
}

/** Starts the embedded PostgreSQL in `directory`, with a registry's database. */
export async function openDirectory(
  directory: string,
  settings: Record<string, string> = {},
): Promise<LargeLog> {
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

/** The id of `workspace 7`, `actor 0` and so on. It is the same in every log. */
export function idOf(name: string): string {
  const digits = createHash('md5').update(name).digest('hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

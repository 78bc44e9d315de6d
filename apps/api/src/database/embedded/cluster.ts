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

/** Where the cluster lies in `DATA_DIR`. */
export const CLUSTER_DIRECTORY = 'postgres';

const PRIVATE = 0o600;
const NEW_CLUSTER = /^postgres\.new-(\d+)-/;

/** Passwords of the logins, known to nobody else. */
export interface Credentials {
  superuser: string;
  owner: string;
  api: string;
}

/** A database cluster on disk that can be started. */
export interface Cluster {
  /** PGDATA */
  data: string;
  /** what Postgres writes before and besides its answers */
  logFile: string;
  credentials: Credentials;
  binaries: Binaries;
  account: Account | undefined;
}

/**
 * The cluster in `directory`, made where there is none. It is built beside its place and put there in one rename, so an
 * interrupted first start leaves nothing half-made, and of two at once the second takes the first's.
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
      `${home} holds data of PostgreSQL ${version ?? 'of an unknown version'}, but this release brings PostgreSQL ${binaries.majorVersion}`,
    );
  }
  const credentials = JSON.parse(await readFile(join(home, 'credentials.json'), 'utf8')) as Credentials;
  return { data: join(home, 'data'), logFile: join(home, 'server.log'), credentials, binaries, account };
}

function requireReachable(directory: string, account: Account | undefined): void {
  if (mayReach(account, directory)) return;
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and the user ${account?.name ?? 'nobody'} may not enter ${directory}; ` +
      'set DATA_DIR to a directory that it may enter, such as /var/lib/coordinator-registry, or set DATABASE_URL',
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
  // The pid in the name tells whose it is, should we not live to rename it.
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
      // Enough to pass through to its own files.
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

/** What first starts left behind that were killed. */
async function removeAbandoned(base: string): Promise<void> {
  for (const name of await readdir(base)) {
    const pid = Number(NEW_CLUSTER.exec(name)?.[1]);
    if (!Number.isInteger(pid) || isAlive(pid)) continue;
    // An initdb that outlived its parent may still be writing there: then the next start removes it.
    await rm(join(base, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function password(): string {
  return randomBytes(24).toString('base64url');
}

import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { commandOf, isAlive } from './processes.js';

const POLL_MS = 20;
/** Recovery after a crash replays everything written since the last checkpoint, which may take a while. */
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 60_000;

/** A running server of a cluster, started by this or another process. */
export interface Postmaster {
  pid: number;
  port: number;
}

/** `name=value` settings on top of the defaults. */
export type Settings = Record<string, string>;

/**
 * Returns the running postmaster of `cluster`. Starts one if there is none; if one is stopping, waits for its end
 * first. Several processes may do this at once: Postgres allows only one postmaster in the directory.
 *
 * @param preferredPort used if it is free; otherwise any free port of 127.0.0.1
 */
export async function ensurePostmaster(
  cluster: Cluster,
  settings: Settings,
  preferredPort?: number,
): Promise<Postmaster> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  let port = preferredPort;
  while (performance.now() < deadline) {
    const running = await readPostmaster(cluster);
    if (running?.ready) return running;
    if (running === undefined) {
      const outcome = await start(cluster, settings, port ?? (await freePort()));
      if (outcome !== undefined && isPortTaken(outcome)) port = undefined;
      if (outcome !== undefined && !(await mayTryAgain(cluster, outcome))) {
        throw new EmbeddedPostgresError(`the embedded PostgreSQL did not start:\n${outcome}`);
      }
    }
    await sleep(POLL_MS);
  }
  throw new EmbeddedPostgresError(`the embedded PostgreSQL was not ready in time; see ${cluster.logFile}`);
}

/**
 * Stops the postmaster and waits until it is gone. This is a "fast" shutdown: sessions end, and no data is lost. If
 * that takes too long, the postmaster gets the signal to end at once.
 */
export async function stopPostmaster(cluster: Cluster): Promise<void> {
  const running = await readPostmaster(cluster);
  if (running === undefined) return;
  signal(running.pid, 'SIGINT');
  const deadline = performance.now() + STOP_TIMEOUT_MS;
  while (performance.now() < deadline) {
    if ((await readPostmaster(cluster))?.pid !== running.pid) return;
    await sleep(POLL_MS);
  }
  signal(running.pid, 'SIGQUIT');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has already ended.
  }
}

/**
 * Reads `postmaster.pid`: line 1 is the pid, 4 the port, 8 the status. Returns undefined if there is no server. Then
 * the file is missing, or a killed server left it and its pid may now belong to any process.
 */
async function readPostmaster(cluster: Cluster): Promise<(Postmaster & { ready: boolean }) | undefined> {
  const text = await readFile(join(cluster.data, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  // Remove the sign: a negative pid would signal a whole process group.
  const pid = Math.abs(Number(lines[0]));
  if (!Number.isInteger(pid) || pid === 0 || !(await isPostmasterOf(pid, cluster))) return undefined;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

async function isPostmasterOf(pid: number, cluster: Cluster): Promise<boolean> {
  if (!isAlive(pid)) return false;
  return (await commandOf(pid)).includes(cluster.data);
}

/**
 * Starts a postmaster and waits until it is ready. Returns undefined if it is ready, otherwise the output it wrote
 * before it ended.
 */
async function start(cluster: Cluster, settings: Settings, port: number): Promise<string | undefined> {
  const { account, binaries, data, logFile } = cluster;
  const said = await size(logFile);
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(
    binaries.postgres,
    ['-D', data, ...Object.entries({ ...ALWAYS, ...settings, port: String(port) }).flatMap(toOption)],
    {
      // A separate session: Ctrl-C signals our process group, and requests in progress still need the database.
      detached: true,
      stdio: ['ignore', log, log],
      cwd: '/',
      env: { LC_ALL: 'C', TZ: 'UTC' },
      ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
    },
  );
  closeSync(log);
  child.unref();
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', () => resolve(''));
  });
  for (;;) {
    const running = await readPostmaster(cluster);
    if (running !== undefined && running.pid === child.pid && running.ready) return undefined;
    const end = await Promise.race([ended, sleep(POLL_MS)]);
    if (end !== undefined) return end || (await textSince(logFile, said));
  }
}

const ALWAYS: Settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  log_checkpoints: 'off',
  log_timezone: 'UTC',
};

function toOption([name, value]: [string, string]): string[] {
  return ['-c', `${name}=${value}`];
}

/** Whether a start failed only because another process was faster, or because of files that a killed server left. */
async function mayTryAgain(cluster: Cluster, said: string): Promise<boolean> {
  if (isPortTaken(said)) return true;
  if (!said.includes('postmaster.pid')) return false;
  if ((await readPostmaster(cluster)) === undefined) {
    // Postgres trusts the lock file because some process has that pid. But that process is no postmaster of this
    // directory.
    await rm(join(cluster.data, 'postmaster.pid'), { force: true });
  }
  return true;
}

function isPortTaken(said: string): boolean {
  return said.includes('could not bind') || said.includes('could not create any TCP/IP sockets');
}

async function freePort(): Promise<number> {
  const server = createServer();
  return await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function size(path: string): Promise<number> {
  const file = await open(path, 'a');
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

async function textSince(path: string, position: number): Promise<string> {
  return (await readFile(path)).subarray(position).toString('utf8').trim();
}

import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
export const SERVER = [process.execPath, 'apps/api/dist/server/main.js'];

const TIMEOUT_MS = 60_000;
const LOOK_EVERY_MS = 50;

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A command of this product as a real process, in a process group of its own, as a terminal or a supervisor starts it. */
export class ServerProcess {
  private static readonly all = new Set<ServerProcess>();

  readonly url: string;
  private readonly child: ChildProcess;
  private readonly exit: Promise<Exit>;
  private collected = '';

  constructor(
    command: string[],
    env: NodeJS.ProcessEnv,
    as: { uid?: number; gid?: number; cwd?: string } = {},
  ) {
    const [program = '', ...args] = command;
    this.url = `http://127.0.0.1:${env.PORT}`;
    this.child = spawn(program, args, {
      cwd: ROOT,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...UNSET, NODE_ENV: 'development', LOG_LEVEL: 'warn', ...env },
      ...as,
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk) => {
        this.collected += String(chunk);
      });
    }
    this.exit = new Promise((resolve) => {
      this.child.once('close', (code, signal) => resolve({ code, signal }));
    });
    ServerProcess.all.add(this);
  }

  /** Ends what a failed test may have left running. */
  static killAll(): void {
    for (const it of ServerProcess.all) it.signalGroup('SIGKILL');
    ServerProcess.all.clear();
  }

  /** Everything printed so far, to both streams. */
  get output(): string {
    return this.collected;
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the process did not start');
    return this.child.pid;
  }

  async ready(): Promise<this> {
    await this.until(async () => {
      const answer = await fetch(`${this.url}/health/ready`).catch(() => undefined);
      return answer?.status === 200;
    }, 'to be ready');
    return this;
  }

  async says(pattern: RegExp): Promise<RegExpExecArray> {
    await this.until(async () => pattern.test(this.collected), `to say ${pattern}`);
    const found = pattern.exec(this.collected);
    if (found === null) throw new Error('unsaid again');
    return found;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** What Ctrl-C does: every process of the group gets it. */
  signalGroup(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch {
      // They are gone already.
    }
  }

  /** What closing the terminal does: nobody reads any more, and then comes the signal. */
  hangUp(): void {
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.destroy();
    this.child.kill('SIGHUP');
  }

  /** Resolves once the process has ended and everything that holds its output, too. */
  async ended(): Promise<Exit> {
    const exit = await Promise.race([this.exit, sleep(TIMEOUT_MS, undefined, { ref: false })]);
    if (exit === undefined) throw new Error(`the process did not end; its output:\n${this.collected}`);
    ServerProcess.all.delete(this);
    return exit;
  }

  private async until(reached: () => Promise<boolean>, what: string): Promise<void> {
    const deadline = performance.now() + TIMEOUT_MS;
    while (!(await reached())) {
      if (this.child.exitCode !== null || this.child.signalCode !== null || performance.now() > deadline) {
        throw new Error(`the server was expected ${what}, but was not; its output:\n${this.collected}`);
      }
      await sleep(LOOK_EVERY_MS);
    }
  }
}

/** What a developer's `.env` may say; an empty variable counts as unset, and wins over that file. */
const UNSET = {
  HOST: '',
  DATABASE_URL: '',
  DATABASE_MIGRATION_URL: '',
  DATABASE_READ_URL: '',
  REDIS_URL: '',
  METRICS_TOKEN: '',
  BOOTSTRAP_ADMIN_KEY_FILE: '',
  OIDC_ISSUER: '',
  OIDC_CLIENT_ID: '',
  OIDC_CLIENT_SECRET: '',
  OIDC_OPERATORS: '',
};

/**
 * A free port below those that the system gives to outgoing connections (from 32,768 on Linux): one of these could be taken by a client
 * before the server listens.
 */
export async function freePort(): Promise<string> {
  for (;;) {
    const port = 20_000 + Math.floor(12_000 * Math.random());
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return String(port);
  }
}

/** The pid of the Postgres that serves a `DATA_DIR`; undefined where none does. */
export async function postgresOf(dataDir: string): Promise<number | undefined> {
  const text = await readFile(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  return pid > 0 && isRunning(pid) ? pid : undefined;
}

/** @throws Error if the Postgres of a `DATA_DIR` still runs after a minute; the message says which sessions it serves */
export async function postgresEnds(dataDir: string): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS;
  for (let pid = await postgresOf(dataDir); pid !== undefined; pid = await postgresOf(dataDir)) {
    if (performance.now() > deadline) {
      throw new Error(`Postgres ${pid} still runs\n${await describePostgres(dataDir, pid)}`);
    }
    await sleep(LOOK_EVERY_MS);
  }
}

async function describePostgres(dataDir: string, pid: number): Promise<string> {
  const home = join(dataDir, 'postgres');
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(String);
  const log = await readFile(join(home, 'server.log'), 'utf8').catch(String);
  return [
    /^State:.*$/m.exec(status)?.[0] ?? status,
    await sessionsOf(home).catch(String),
    log.split('\n').slice(-20).join('\n'),
  ].join('\n');
}

async function sessionsOf(home: string): Promise<string> {
  const [, , , port] = (await readFile(join(home, 'data/postmaster.pid'), 'utf8')).split('\n');
  const { superuser } = JSON.parse(await readFile(join(home, 'credentials.json'), 'utf8')) as {
    superuser: string;
  };
  const client = new pg.Client({
    connectionString: `postgresql://postgres:${superuser}@127.0.0.1:${port}/postgres`,
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT session.pid, application_name, state, backend_start, locktype, mode, granted, objid
       FROM pg_stat_activity AS session LEFT JOIN pg_locks AS lock ON lock.pid = session.pid AND locktype = 'advisory'
       WHERE backend_type = 'client backend' AND session.pid <> pg_backend_pid()`,
    );
    return JSON.stringify(rows, undefined, 1);
  } finally {
    await client.end();
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EPERM';
  }
}

export async function eventually(reached: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS;
  while (!(await reached())) {
    if (performance.now() > deadline) throw new Error(`this did not happen within a minute: ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** Prints a figure among the results of the tests. */
export function say(line: string): void {
  process.stdout.write(`    ${line}\n`);
}

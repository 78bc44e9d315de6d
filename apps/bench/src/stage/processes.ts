import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DEFAULTS } from '@coordinator-registry/api/config/variables.js';
import type { Performance } from '../contestants/contestant.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const PERFORM = fileURLToPath(new URL('../contestants/perform.js', import.meta.url));
const TIMEOUT_MS = 60_000;
const LOOK_EVERY_MS = 5;

/** Without a key: an empty `COORDINATOR_API_KEY` is refused. */
const { COORDINATOR_API_KEY: _, ...OTHERS } = DEFAULTS;
/** The environment of the measured processes: the defaults. An `.env` file or a variable of the user must not change the result. */
const ENVIRONMENT = {
  ...Object.fromEntries(Object.entries(OTHERS).map(([name, value]) => [name, value ?? ''])),
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LOG_LEVEL: 'warn',
};

/** @returns the variables and the options of node in the command of `npm start` */
function npmStart(): { variables: Record<string, string>; options: string[] } {
  const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
    scripts: { start: string };
  };
  const words = scripts.start.split(' ');
  const variables = words.flatMap((word) => {
    const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(word) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return { variables: Object.fromEntries(variables), options: words.filter((word) => word.startsWith('--')) };
}

/** A process on this machine that answers HTTP. */
export interface Served {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts the product as it ships: `apps/api/dist/server/main.js`, in its own process, with the settings of `npm start` and the
 * embedded PostgreSQL in `dataDir`. Resolves when `/health/ready` answers 200.
 */
export async function startProduct(
  dataDir: string,
  { env = {}, nodeOptions = [] }: { env?: Record<string, string>; nodeOptions?: string[] } = {},
): Promise<Served> {
  const port = await freePort();
  const { variables, options } = npmStart();
  const child = spawn(process.execPath, [...options, ...nodeOptions, 'apps/api/dist/server/main.js'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...ENVIRONMENT, ...variables, PORT: String(port), DATA_DIR: dataDir, ...env },
  });
  const served = supervise(child, `http://127.0.0.1:${port}`);
  const deadline = performance.now() + TIMEOUT_MS;
  while (!(await isReady(served.url))) {
    if (child.exitCode !== null || performance.now() > deadline) throw new Error('the product did not start');
    await sleep(LOOK_EVERY_MS);
  }
  return served;
}

/** Starts one of `../contestants` in its own process, with the options of node that `npm start` has. */
export async function startContestant(performance: Performance): Promise<Served> {
  const child = fork(PERFORM, [JSON.stringify(performance)], { cwd: ROOT, execArgv: npmStart().options });
  const failed = once(child, 'exit').then(() => {
    throw new Error(`the contestant ${performance.name} did not start`);
  });
  const [url] = await Promise.race([once(child, 'message'), failed]);
  failed.catch(() => undefined);
  return supervise(child, String(url));
}

function supervise(child: ChildProcess, url: string): Served {
  if (child.pid === undefined) throw new Error('a process could not be started');
  running.add(child);
  const ended = once(child, 'exit').finally(() => running.delete(child));
  return {
    url,
    pid: child.pid,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.status === 200;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Round } from '../rounds.js';
import { jobIdText } from '../stage/registry.js';
import { PROGRESSED, reserveReports } from './job-requests.js';
import type { SentStatement } from './statement.js';

const run = promisify(execFile);

/** Where Debian's packages put it, one folder a version. */
const DEBIAN = '/usr/lib/postgresql';

/** More than any machine sends in a round. */
const REPORTS_PER_ROUND = 1_000_000;

export interface Pgbench {
  path: string;
  /** `pgbench (PostgreSQL) 17.2` */
  version: string;
}

/** From PATH, or the newest of Debian's; undefined where there is none. */
export async function findPgbench(): Promise<Pgbench | undefined> {
  const debian = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a)) : [];
  for (const path of ['pgbench', ...debian.map((version) => join(DEBIAN, version, 'bin/pgbench'))]) {
    try {
      const { stdout } = await run(path, ['--version']);
      return { path, version: stdout.trim() };
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/** What stood in the request whose statement was captured; pgbench puts its own in their place. */
export interface Markers {
  job: string;
  percent: string;
  tokens: string;
}

/**
 * The statement as a script: each value as a parameter, as the server sends it, except null, which pgbench cannot send and which
 * stands as NULL. Each client reports on jobs of its own, so that no two wait for each other.
 */
export async function writeScript(
  path: string,
  { text, values }: SentStatement,
  markers: Markers,
): Promise<Record<string, string>> {
  const fixed: Record<string, string> = {};
  const statement = text.replace(/\$(\d+)/g, (_, digits: string) => {
    const value = values[Number(digits) - 1];
    if (value === undefined || value === null) return 'NULL';
    if (value === markers.job) return jobIdText(':job');
    if (value === markers.percent) return ':percent';
    if (value === markers.tokens) return ':tokens';
    fixed[`p${digits}`] = value;
    return `:p${digits}`;
  });
  await writeFile(
    path,
    `\\set i :i + 1
\\set job ${PROGRESSED.from} + :client_id * :jobs + :i % :jobs
\\set tokens :first + :i
\\set percent :tokens / 1000000.0
${statement};
`,
  );
  return fixed;
}

export interface PgbenchLoad {
  pgbench: Pgbench;
  script: string;
  fixed: Record<string, string>;
  url: string;
  clients: number;
}

/** How long so many sessions that have just begun are left alone: the first statement of each takes 50 ms of a processor. */
function warmUpSeconds(clients: number): number {
  return 1 + Math.ceil(clients / 12);
}

/**
 * `pgbench -M prepared` with so many clients, for so many seconds after a warm-up. Its sessions are new each time, and the server's
 * are not: a session's first statement plans, compiles the triggers and reads the catalogue, and costs as much as fifty others.
 */
export async function playPgbench(load: PgbenchLoad, seconds: number): Promise<Round> {
  const variables = {
    ...load.fixed,
    i: '0',
    first: String(reserveReports(REPORTS_PER_ROUND)),
    jobs: String(Math.floor(PROGRESSED.count / load.clients)),
  };
  const warmUp = warmUpSeconds(load.clients);
  const { stdout, stderr } = await run(load.pgbench.path, [
    '--no-vacuum',
    '--protocol=prepared',
    `--file=${load.script}`,
    `--client=${load.clients}`,
    `--jobs=${Math.min(2, load.clients)}`,
    `--time=${warmUp + seconds}`,
    '--progress=1',
    ...Object.entries(variables).map(([name, value]) => `--define=${name}=${value}`),
    load.url,
  ]);
  const perSecond = rateAfter(warmUp, stderr);
  const failed = /^number of failed transactions: (\d+)/m.exec(stdout)?.[1] ?? '0';
  const answers = Number(/^number of transactions actually processed: (\d+)/m.exec(stdout)?.[1]);
  if (failed !== '0' || Number.isNaN(answers)) throw new Error(`pgbench said:\n${stdout}`);
  return { perSecond, answers };
}

const PROGRESS = /^progress: ([\d.]+) s, ([\d.]+) tps/gm;

/** From the lines that pgbench prints about once a second: when, and at what rate since the line before. */
function rateAfter(warmUp: number, progress: string): number {
  let before = 0;
  let seconds = 0;
  let transactions = 0;
  for (const [, at = '', tps = ''] of progress.matchAll(PROGRESS)) {
    const since = Number(at) - before;
    before = Number(at);
    if (before - since < warmUp - 0.5) continue;
    seconds += since;
    transactions += Number(tps) * since;
  }
  return transactions / seconds;
}

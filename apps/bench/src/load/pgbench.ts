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

/** Debian's packages have one folder for each version here. */
const DEBIAN = '/usr/lib/postgresql';

/** More reports than any machine sends in a round. */
const REPORTS_PER_ROUND = 1_000_000;

export interface Pgbench {
  path: string;
  /** `pgbench (PostgreSQL) 17.2` */
  version: string;
}

/** @returns pgbench from PATH, or the newest one of Debian; undefined if there is none */
export async function findPgbench(): Promise<Pgbench | undefined> {
  const debian = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a)) : [];
  for (const path of ['pgbench', ...debian.map((version) => join(DEBIAN, version, 'bin/pgbench'))]) {
    try {
      const { stdout } = await run(path, ['--version']);
      return { path, version: stdout.trim() };
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

/** The values of the request whose statement was captured. pgbench replaces them by its own. */
export interface Markers {
  job: string;
  percent: string;
  tokens: string;
}

/**
 * Writes the statement as a script. Each value is a parameter, as in the server, except null: pgbench cannot send it, so the
 * script has NULL. Each client has its own jobs, so that no client waits for another.
 *
 * @param times how often a transaction executes the statement, each time for another job. With more than one, all are sent together.
 */
export async function writeScript(
  path: string,
  { text, values }: SentStatement,
  markers: Markers,
  times = 1,
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
  const once = `\\set i :i + 1
\\set job ${PROGRESSED.from} + :client_id * :jobs + :i % :jobs
\\set tokens :first + :i
\\set percent :tokens / 1000000.0
${statement};
`;
  await writeFile(path, times === 1 ? once : `\\startpipeline\n${once.repeat(times)}\\endpipeline\n`);
  return fixed;
}

export interface PgbenchLoad {
  pgbench: Pgbench;
  script: string;
  fixed: Record<string, string>;
  url: string;
  clients: number;
  /** of {@link writeScript} */
  times?: number;
}

/** The warm-up time for this number of new sessions: the first statement of each takes 50 ms of a processor. */
function warmUpSeconds(clients: number): number {
  return 1 + Math.ceil(clients / 12);
}

/**
 * Runs `pgbench -M prepared` after a warm-up. Unlike the server, it opens new sessions each time. The first statement of a session
 * plans, compiles the triggers and reads the catalogue, and costs as much as fifty others.
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
  const transactions = Number(/^number of transactions actually processed: (\d+)/m.exec(stdout)?.[1]);
  if (failed !== '0' || Number.isNaN(transactions)) throw new Error(`pgbench said:\n${stdout}`);
  const { times = 1 } = load;
  return { perSecond: times * perSecond, answers: times * transactions };
}

const PROGRESS = /^progress: ([\d.]+) s, ([\d.]+) tps/gm;

/** Reads the lines that pgbench prints about once a second: the time, and the rate since the line before. */
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

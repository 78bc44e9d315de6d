import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Round } from '../rounds.js';
import { cpuMicros } from './cpu.js';
import type { HttpLoad } from './http-load.js';

const run = promisify(execFile);

/** Whether wrk can be started from PATH. */
export async function hasWrk(): Promise<boolean> {
  // It prints its usage and exits with 1.
  return await run('wrk', ['-v']).then(
    () => true,
    (error: { code?: unknown }) => error.code === 1,
  );
}

/**
 * Sends the request repeatedly with wrk, which takes less of the processor than `playHttp`.
 *
 * @throws Error unless every answer was 2xx or 3xx: wrk does not tell them apart
 */
export async function playWrk({ url, pid, connections, request }: HttpLoad, seconds: number): Promise<Round> {
  const before = cpuMicros(pid);
  const { stdout } = await run('wrk', [
    '--latency',
    '--threads=1',
    `--connections=${connections}`,
    `--duration=${seconds}s`,
    ...Object.entries(request.headers ?? {}).flatMap(([name, value]) => [
      '--header',
      `${name}: ${String(value)}`,
    ]),
    `${url}${request.path ?? ''}`,
  ]);
  const after = cpuMicros(pid);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(stdout);
  const answers = Number(/(\d+) requests in /.exec(stdout)?.[1]);
  const perSecond = Number(/Requests\/sec: +([\d.]+)/.exec(stdout)?.[1]);
  if (!(answers > 0 && perSecond > 0)) throw new Error(`wrk printed something else:\n${stdout}`);
  return {
    perSecond,
    answers,
    p50: percentile(stdout, 50),
    p99: percentile(stdout, 99),
    ...(before !== undefined && after !== undefined && { cpuMicros: (after - before) / answers }),
  };
}

const MS = { us: 0.001, ms: 1, s: 1_000 };

function percentile(stdout: string, percent: number): number {
  const [, value, unit] = new RegExp(`^ +${percent}% +([\\d.]+)(us|ms|s) *$`, 'm').exec(stdout) ?? [];
  return Number(value) * MS[unit as keyof typeof MS];
}

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Spread, spread } from '../rounds.js';
import { startProduct } from '../stage/processes.js';

export interface Starts {
  /** the first start, which creates and migrates the cluster, in ms */
  first: number;
  /** a later start on the same cluster, including the embedded PostgreSQL, in ms */
  again: Spread;
}

/** Measures from the start of the process to the first 200 of `/health/ready`. PostgreSQL is stopped before each start. */
export async function measureStarts(times: number): Promise<Starts> {
  const dataDir = await mkdtemp(join(tmpdir(), 'coordinator-registry-bench-start-'));
  try {
    await chmod(dataDir, 0o755);
    const first = await timeStart(dataDir);
    const again: number[] = [];
    while (again.length < times) again.push(await timeStart(dataDir));
    return { first, again: spread(again) };
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function timeStart(dataDir: string): Promise<number> {
  const from = performance.now();
  const server = await startProduct(dataDir);
  const took = performance.now() - from;
  await server.stop();
  return took;
}

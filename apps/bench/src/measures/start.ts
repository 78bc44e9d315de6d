import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Spread, spread } from '../rounds.js';
import { startProduct } from '../stage/processes.js';

export interface Starts {
  /** the very first one: makes the cluster and migrates, in ms */
  first: number;
  /** on what the first has left, the embedded PostgreSQL started with it, in ms */
  again: Spread;
}

/** From the process's own start to the first 200 of `/health/ready`, each time with the PostgreSQL down before. */
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

import { generateKey } from '@coordinator-registry/api/keys/key.js';
import { hashSecret } from '@coordinator-registry/api/keys/secret-hash.js';
import { hash } from 'argon2';
import { residentBytes } from '../load/cpu.js';
import { playHttp } from '../load/http-load.js';
import { progressRequest } from '../load/job-requests.js';
import { type Spread, spread } from '../rounds.js';
import { type Served, startProduct } from '../stage/processes.js';
import { type BenchCoordinator, insertCoordinators } from '../stage/registry.js';
import type { Stage } from '../stage/stage.js';

export interface Memory {
  /** the number of coordinators that sent requests */
  coordinators: number;
  /** resident bytes of the server's process; undefined if the system does not report it */
  atRest: number | undefined;
  /** after two requests of each coordinator */
  seen: number | undefined;
  /** after further changes from 64 connections */
  loaded: number | undefined;
  /** the first request of a key (argon2id with the production parameters), in ms */
  firstUse: Spread;
  /** the next request of the same key, in ms */
  nextUse: Spread;
}

/** The number of keys with a hash at full strength. The others have a cheap one: otherwise the setup would take minutes. */
const FULL_STRENGTH = 50;

/** Sends requests of many coordinators to a new server. */
export async function measureMemory(
  stage: Stage,
  coordinator: BenchCoordinator,
  { coordinators, seconds }: { coordinators: number; seconds: number },
): Promise<Memory> {
  const keys = await registerMany(stage, coordinator.workspaceId, coordinators);
  const server = await startProduct(stage.dataDir);
  try {
    const atRest = residentBytes(server.pid);
    const firstUses: number[] = [];
    const nextUses: number[] = [];
    for (const key of keys.slice(0, FULL_STRENGTH)) {
      firstUses.push(await timeHealth(server, key));
      nextUses.push(await timeHealth(server, key));
    }
    for (let lap = 0; lap < 2; lap += 1) {
      for (let from = 0; from < keys.length; from += 20) {
        await Promise.all(keys.slice(from, from + 20).map((key) => timeHealth(server, key)));
      }
    }
    const seen = residentBytes(server.pid);
    await playHttp({ ...server, connections: 64, request: progressRequest(coordinator.key) }, seconds);
    const loaded = residentBytes(server.pid);
    return { coordinators, atRest, seen, loaded, firstUse: spread(firstUses), nextUse: spread(nextUses) };
  } finally {
    await server.stop();
  }
}

async function registerMany(stage: Stage, workspaceId: string, count: number): Promise<string[]> {
  const texts: string[] = [];
  const stored: { kid: string; secretHash: string }[] = [];
  for (let n = 0; n < count; n += 1) {
    const { key, kid, secret } = generateKey('crk_');
    const secretHash =
      n < FULL_STRENGTH
        ? await hashSecret(secret)
        : await hash(secret, { memoryCost: 8, timeCost: 1, parallelism: 1 });
    texts.push(key);
    stored.push({ kid, secretHash });
  }
  for (let from = 0; from < count; from += 1_000) {
    await insertCoordinators(stage.registry, workspaceId, stored.slice(from, from + 1_000));
  }
  return texts;
}

async function timeHealth({ url }: Served, key: string): Promise<number> {
  const from = performance.now();
  const answer = await fetch(`${url}/coordinator/health`, { headers: { 'x-api-key': key } });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(text);
  return performance.now() - from;
}

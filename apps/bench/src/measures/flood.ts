import { setInterval } from 'node:timers/promises';
import { generateKey, joinKey, parseKey } from '@coordinator-registry/api/keys/key.js';
import { playHttp } from '../load/http-load.js';
import { progressRequest } from '../load/job-requests.js';
import { type Entry, interleave, type Pace, type Result } from '../rounds.js';
import { type Served, startProduct } from '../stage/processes.js';
import { type BenchCoordinator, registerCoordinator } from '../stage/registry.js';
import type { Stage } from '../stage/stage.js';

export const FLOOD = {
  readsCalm: 'GET /coordinator/health, no flood',
  readsOneSource: 'the same, 200 wrong keys a second from one address',
  readsManySources: 'the same, 200 wrong keys a second, each from another address',
  changesCalm: 'progress of a job, no flood',
  changesOneSource: 'the same change, 200 wrong keys a second from one address',
  changesManySources: 'the same change, 200 wrong keys a second, each from another address',
} as const;

export interface Flood {
  results: Result[];
  /** the number of answers to wrong keys, by status */
  answers: Record<string, number>;
}

const CONNECTIONS = 16;
const WRONG_KEYS_PER_SECOND = 200;
const TICK_MS = 20;

/**
 * Measures the rate of callers with proven keys while an attacker sends keys with a known kid and a wrong secret. From one
 * address, all but thirty a minute are refused without argon2. If each key has an address of its own, all of them need argon2.
 */
export async function measureFlood(
  stage: Stage,
  coordinator: BenchCoordinator,
  pace: Pace,
  tell: (line: string) => void,
): Promise<Flood> {
  const victim = await registerCoordinator(stage.registry);
  // as behind a proxy, so that one machine can send from many addresses
  const server = await startProduct(stage.dataDir, { env: { TRUST_PROXY: 'true' } });
  const answers: Record<string, number> = {};

  const reads = { path: '/coordinator/health', headers: { 'x-api-key': coordinator.key } };
  const changes = progressRequest(coordinator.key);
  const calm = (name: string, request: typeof reads | typeof changes): Entry => ({
    name,
    play: (seconds) => playHttp({ ...server, connections: CONNECTIONS, request }, seconds),
  });
  const flooded = (name: string, request: typeof reads | typeof changes, source: () => string): Entry => ({
    name,
    play: async (seconds) => {
      const end = new AbortController();
      const flood = pour(server, victim.key, source, answers, end.signal);
      try {
        return await calm(name, request).play(seconds);
      } finally {
        end.abort();
        await flood;
      }
    },
  });
  try {
    const results = await interleave(
      [
        calm(FLOOD.readsCalm, reads),
        flooded(FLOOD.readsOneSource, reads, oneSource),
        flooded(FLOOD.readsManySources, reads, manySources),
        calm(FLOOD.changesCalm, changes),
        flooded(FLOOD.changesOneSource, changes, oneSource),
        flooded(FLOOD.changesManySources, changes, manySources),
      ],
      pace,
      tell,
    );
    return { results, answers };
  } finally {
    await server.stop();
  }
}

const oneSource = () => '192.0.2.1';

let source = 0;
function manySources(): string {
  source += 1;
  return `10.${(source >> 16) & 255}.${(source >> 8) & 255}.${source & 255}`;
}

/** Sends wrong secrets for the key's kid at a constant rate until the signal, then waits for the answers. */
async function pour(
  { url }: Served,
  key: string,
  source: () => string,
  answers: Record<string, number>,
  signal: AbortSignal,
): Promise<void> {
  const sent: Promise<void>[] = [];
  const perTick = (WRONG_KEYS_PER_SECOND * TICK_MS) / 1_000;
  for await (const _ of setInterval(TICK_MS)) {
    if (signal.aborted) break;
    for (let n = 0; n < perTick; n += 1) sent.push(tryKey(url, wrongSecretFor(key), source(), answers));
  }
  await Promise.all(sent);
}

async function tryKey(
  url: string,
  key: string,
  from: string,
  answers: Record<string, number>,
): Promise<void> {
  const answer = await fetch(`${url}/coordinator/health`, {
    headers: { 'x-api-key': key, 'x-forwarded-for': from },
  });
  await answer.body?.cancel();
  answers[answer.status] = (answers[answer.status] ?? 0) + 1;
}

/** @returns a key with the same kid and a wrong secret */
function wrongSecretFor(key: string): string {
  const { prefix, kid } = parseKey(key) ?? {};
  if (prefix === undefined || kid === undefined) throw new Error('not a key');
  return joinKey({ prefix, kid, secret: generateKey(prefix).secret });
}

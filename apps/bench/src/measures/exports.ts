import { setTimeout as sleep } from 'node:timers/promises';
import { playHttp } from '../load/http-load.js';
import { progressRequest } from '../load/job-requests.js';
import { type Entry, interleave, type Pace, type Result } from '../rounds.js';
import { type Served, startProduct } from '../stage/processes.js';
import { type BenchCoordinator, insertAdmins } from '../stage/registry.js';
import type { Stage } from '../stage/stage.js';

export const EXPORTS = {
  readsCalm: 'GET /coordinator/jobs, no export',
  readsBeside: 'the same while 50 operators ask for exports',
  changesCalm: 'progress of a job, no export',
  changesBeside: 'the same change while 50 operators ask for exports',
} as const;

export interface Exports {
  results: Result[];
  /** the number of answers to exports, by status */
  answers: Record<string, number>;
  /** the size of all exports, in bytes */
  read: number;
}

const CONNECTIONS = 16;
const OPERATORS = 50;
const ASK_AGAIN_MS = 1_000;

/**
 * Measures how long coordinators wait while every operator requests an export of the whole log. Two operators get one and read it at full
 * speed. The others ask again each second.
 */
export async function measureExports(
  stage: Stage,
  coordinator: BenchCoordinator,
  pace: Pace,
  tell: (line: string) => void,
): Promise<Exports> {
  const keys = await insertAdmins(stage.registry, OPERATORS);
  const server = await startProduct(stage.dataDir);
  const exports: Exports = { results: [], answers: {}, read: 0 };

  const reads = { path: '/coordinator/jobs?limit=20', headers: { 'x-api-key': coordinator.key } };
  const changes = progressRequest(coordinator.key);
  const calm = (name: string, request: typeof reads | typeof changes): Entry => ({
    name,
    play: (seconds) => playHttp({ ...server, connections: CONNECTIONS, request }, seconds),
  });
  const beside = (name: string, request: typeof reads | typeof changes): Entry => ({
    name,
    play: async (seconds) => {
      const end = new AbortController();
      const readers = Promise.all(keys.map((key) => exportOn(server, key, exports, end.signal)));
      try {
        return await calm(name, request).play(seconds);
      } finally {
        end.abort();
        await readers;
      }
    },
  });
  try {
    await proveKeys(server, keys);
    exports.results = await interleave(
      [
        calm(EXPORTS.readsCalm, reads),
        beside(EXPORTS.readsBeside, reads),
        calm(EXPORTS.changesCalm, changes),
        beside(EXPORTS.changesBeside, changes),
      ],
      pace,
      tell,
    );
    return exports;
  } finally {
    await server.stop();
  }
}

/** flood.ts measures argon2 for many keys at once. */
async function proveKeys({ url }: Served, keys: string[]): Promise<void> {
  for (const key of keys) {
    const answer = await fetch(`${url}/audit-log?limit=1`, { headers: { authorization: `Bearer ${key}` } });
    if (answer.status !== 200) throw new Error(await answer.text());
    await answer.body?.cancel();
  }
}

/** Requests the whole log, reads it if the server sends it, and repeats this until the signal. */
async function exportOn({ url }: Served, key: string, exports: Exports, signal: AbortSignal): Promise<void> {
  const headers = { authorization: `Bearer ${key}` };
  try {
    while (!signal.aborted) {
      const answer = await fetch(`${url}/audit-log/export`, { headers, signal });
      exports.answers[answer.status] = (exports.answers[answer.status] ?? 0) + 1;
      for await (const chunk of answer.body ?? []) exports.read += chunk.length;
      await sleep(ASK_AGAIN_MS, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

import { createHash } from 'node:crypto';
import { issueBetterAuthKey } from '../contestants/better-auth-instance.js';
import { type HttpLoad, playHttp } from '../load/http-load.js';
import { hasWrk, playWrk } from '../load/wrk.js';
import { type Entry, interleave, type Pace, type Result } from '../rounds.js';
import { type Served, startContestant, startProduct } from '../stage/processes.js';
import type { BenchCoordinator } from '../stage/registry.js';
import { openPool, type Stage } from '../stage/stage.js';

export const GUARD = {
  bare: 'bare Nest + Fastify route',
  guarded: 'the same route with this guard and limiter',
  health: 'GET /coordinator/health of the product',
  sha256: 'SHA-256 looked up in Postgres each time',
  betterAuth: '@better-auth/api-key',
  argon2: 'argon2 each time',
} as const;

/** The name of the same contestant with the other load generator. */
export const byWrk = (name: string) => `${name}, by wrk`;

const CONNECTIONS = 16;

/** Measures the same answer behind different guards, from 16 connections. */
export async function measureGuards(
  stage: Stage,
  coordinator: BenchCoordinator,
  pace: Pace,
  tell: (line: string) => void,
): Promise<Result[]> {
  const { dataDir, apiUrl } = stage;
  const betterAuthUrl = await stage.createDatabase('bench_better_auth');
  const sha256Url = await stage.createDatabase('bench_sha256');
  const betterAuthKey = await issueBetterAuthKey(betterAuthUrl);
  await fillSha256Table(sha256Url, coordinator.key);

  const servers: Served[] = [];
  async function serve(name: string, databaseUrl = ''): Promise<Served> {
    const served = await startContestant({ name, databaseUrl, dataDir, answer });
    servers.push(served);
    return served;
  }
  const product = await startProduct(dataDir);
  servers.push(product);
  const answer = await healthOf(product, coordinator.key);

  const ours: [string, HttpLoad][] = [
    [GUARD.bare, load(await serve('bare'))],
    [GUARD.guarded, load(await serve('with-product-guard', apiUrl), coordinator.key)],
    [GUARD.health, load(product, coordinator.key, '/coordinator/health')],
  ];
  const entries: Entry[] = [
    ...ours.map(([name, it]) => entry(name, it)),
    ...((await hasWrk()) ? ours : []).map(([name, it]) => ({
      name: byWrk(name),
      play: (seconds: number) => playWrk(it, seconds),
    })),
    entry(GUARD.sha256, load(await serve('sha256-lookup', sha256Url), coordinator.key)),
    entry(GUARD.betterAuth, load(await serve('better-auth', betterAuthUrl), betterAuthKey)),
    entry(GUARD.argon2, load(await serve('argon2-each-time', apiUrl), coordinator.key)),
  ];
  try {
    return await interleave(entries, pace, tell);
  } finally {
    await Promise.all(servers.map((it) => it.stop()));
  }
}

function load({ url, pid }: Served, key?: string, path = '/guarded'): HttpLoad {
  const headers = key === undefined ? {} : { 'x-api-key': key };
  return { url, pid, connections: CONNECTIONS, request: { path, headers } };
}

function entry(name: string, it: HttpLoad): Entry {
  return { name, play: (seconds) => playHttp(it, seconds) };
}

async function healthOf({ url }: Served, key: string): Promise<Record<string, unknown>> {
  const answer = await fetch(`${url}/coordinator/health`, { headers: { 'x-api-key': key } });
  if (answer.status !== 200) throw new Error(await answer.text());
  return (await answer.json()) as Record<string, unknown>;
}

async function fillSha256Table(url: string, key: string): Promise<void> {
  const pool = openPool(url, 1);
  await pool.query(`CREATE TABLE api_keys (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), digest bytea UNIQUE NOT NULL, expires_at timestamptz, revoked_at timestamptz)`);
  await pool.query(
    'INSERT INTO api_keys (digest) SELECT sha256(n::text::bytea) FROM generate_series(1, 10000) AS n',
  );
  await pool.query('INSERT INTO api_keys (digest) VALUES ($1)', [createHash('sha256').update(key).digest()]);
  await pool.query('VACUUM ANALYZE api_keys');
  await pool.end();
}

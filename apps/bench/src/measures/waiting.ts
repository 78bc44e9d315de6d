import { setTimeout as sleep } from 'node:timers/promises';
import { generateKey, joinKey } from '@coordinator-registry/api/keys/key.js';
import { hash } from 'argon2';
import { cpuMicros } from '../load/cpu.js';
import { Waiters, type WaitingRequest } from '../load/waiters.js';
import { type Served, startProduct } from '../stage/processes.js';
import { insertCoordinators, insertRunningJobs, jobId, registerCoordinator } from '../stage/registry.js';
import type { Stage } from '../stage/stage.js';

const WAITERS = 1_000;
const WAIT_SECONDS = 60;
const FIRST_JOB = 5_000_000;
/** of the jobs as they are inserted */
const ETAG = '"2"';
const CANCELS_PER_SECOND = 50;
const WARM_AT_ONCE = 20;

type Next = (n: number) => WaitingRequest;
type Tell = (line: string) => void;

/**
 * What 1,000 requests that wait at two replicas cost while nothing happens, and how soon each worker learns that its job
 * was cancelled. A job is cancelled through the replica at which its worker does not wait.
 */
export async function measureWaiting(stage: Stage, seconds: number, tell: Tell): Promise<void> {
  const coordinator = await registerCoordinator(stage.registry);
  await insertRunningJobs(stage.registry, coordinator, { from: FIRST_JOB, count: WAITERS });
  const keys = await keysOfMany(stage, coordinator.workspaceId);
  const replicas = [await startProduct(stage.dataDir), await startProduct(stage.dataDir)];
  const at = (n: number) => replicas[n % replicas.length]?.url ?? '';
  const read: Next = (n) => ({
    url: at(n),
    method: 'GET',
    path: `/coordinator/jobs/${jobId(FIRST_JOB + n)}?waitSeconds=${WAIT_SECONDS}`,
    headers: { 'x-api-key': coordinator.key, 'if-none-match': ETAG },
  });
  const claimWith =
    (keyOf: (n: number) => string): Next =>
    (n) => ({
      url: at(n),
      method: 'POST',
      path: '/coordinator/jobs/claim',
      headers: { 'x-api-key': keyOf(n), 'content-type': 'application/json' },
      body: JSON.stringify({ agentId: `agent-${n}`, waitSeconds: WAIT_SECONDS }),
    });
  try {
    for (let n = 0; n < WAITERS; n += WARM_AT_ONCE) {
      const some = Array.from({ length: WARM_AT_ONCE }, (_, more) => n + more);
      await Promise.all(some.map((it) => send(`${at(it)}/coordinator/health`, keys[it] ?? '')));
    }
    const played: [string, Next | undefined][] = [
      ['no request waits', undefined],
      ['reads, each of its job', read],
      ['claims of one coordinator', claimWith(() => coordinator.key)],
      ['claims of as many coordinators', claimWith((n) => keys[n] ?? '')],
    ];
    for (const [name, next] of played) tell(`${name}: ${await idle(stage, replicas, seconds, next)}`);
    tell(`cancels: ${await cancelAll(replicas, coordinator.key, read)}`);
  } finally {
    await Promise.all(replicas.map((it) => it.stop()));
  }
}

/** A key for each of many coordinators. They have one secret, hashed cheaply: the proof of keys is not measured here. */
async function keysOfMany({ registry }: Stage, workspaceId: string): Promise<string[]> {
  const { secret } = generateKey('crk_');
  const secretHash = await hash(secret, { memoryCost: 8, timeCost: 1, parallelism: 1 });
  const kids = Array.from({ length: WAITERS }, () => generateKey('crk_').kid);
  await insertCoordinators(
    registry,
    workspaceId,
    kids.map((kid) => ({ kid, secretHash })),
  );
  return kids.map((kid) => joinKey({ prefix: 'crk_', kid, secret }));
}

/** Processor time and sessions while the requests wait and no job changes. */
async function idle(
  stage: Stage,
  replicas: readonly Served[],
  seconds: number,
  next: Next | undefined,
): Promise<string> {
  const waiters =
    next === undefined
      ? undefined
      : new Waiters(next, (n, status) => {
          throw new Error(`waiter ${n} was answered ${status} and not held`);
        });
  for (let n = 0; waiters !== undefined && n < WAITERS; n += 1) waiters.begin(n);
  try {
    await holding(replicas, next === undefined ? 0 : WAITERS);
    const before = await used(stage, replicas);
    const from = performance.now();
    let sessions = 0;
    let busy = 0;
    for (let second = 0; second < seconds; second += 1) {
      await sleep(1_000);
      const { rows } = await stage.registry.query<{ sessions: number; busy: number }>(
        `SELECT count(*)::int AS sessions, (count(*) FILTER (WHERE state <> 'idle'))::int AS busy
         FROM pg_stat_activity WHERE application_name = 'coordinator-registry'`,
      );
      sessions = Math.max(sessions, rows[0]?.sessions ?? 0);
      busy = Math.max(busy, rows[0]?.busy ?? 0);
    }
    const after = await used(stage, replicas);
    const micros = 1_000 * (performance.now() - from);
    const shares = after.map((it, at) => percent((it - (before[at] ?? 0)) / micros));
    return `of a core, the replicas ${shares.slice(1).join(' and ')}, PostgreSQL ${shares[0]}; request sessions open ${sessions}, busy at most ${busy}`;
  } finally {
    waiters?.stop();
    await holding(replicas, 0);
  }
}

async function used(stage: Stage, replicas: readonly Served[]): Promise<number[]> {
  return [(await stage.postgresMicros()) ?? 0, ...replicas.map(({ pid }) => cpuMicros(pid) ?? 0)];
}

/** Resolves when the replicas together hold so many requests. */
async function holding(replicas: readonly Served[], count: number): Promise<void> {
  for (;;) {
    const texts = await Promise.all(replicas.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
    const held = texts.map((text) => Number(/^http_requests_waiting (\d+)$/m.exec(text)?.[1]));
    if (held.reduce((sum, it) => sum + it, 0) === count) return;
    await sleep(100);
  }
}

/** Cancels one job after the other. The time of each is from the request to cancel it until its worker has the answer. */
async function cancelAll(replicas: readonly Served[], key: string, read: Next): Promise<string> {
  const answered: number[] = [];
  const sent: number[] = [];
  // A worker whose job is cancelled waits for nothing more.
  const waiters = new Waiters(
    (n) =>
      sent[n] === undefined ? read(n) : { ...read(n), headers: { ...read(n).headers, 'if-none-match': '*' } },
    (n, status, at) => {
      if (status === 200) answered[n] ??= at;
    },
  );
  for (let n = 0; n < WAITERS; n += 1) waiters.begin(n);
  try {
    await holding(replicas, WAITERS);
    const from = performance.now();
    const cancels: Promise<void>[] = [];
    for (let n = 0; n < WAITERS; n += 1) {
      await sleep(Math.max(0, from + (1_000 * n) / CANCELS_PER_SECOND - performance.now()));
      sent[n] = performance.now();
      const { url } = replicas[(n + 1) % replicas.length] ?? { url: '' };
      cancels.push(
        send(`${url}/coordinator/jobs/${jobId(FIRST_JOB + n)}/status`, key, { status: 'CANCELLED' }),
      );
    }
    await Promise.all(cancels);
    while (answered.filter((it) => it !== undefined).length < WAITERS) await sleep(50);
  } finally {
    waiters.stop();
  }
  const times = answered.map((it, n) => it - (sent[n] ?? 0)).sort((a, b) => a - b);
  const [p50, p99, most] = [0.5, 0.99, 1].map((share) => times[Math.ceil(share * times.length) - 1] ?? 0);
  return `${times.length} workers knew after p50 ${ms(p50)}, p99 ${ms(p99)}, at most ${ms(most)}, at ${CANCELS_PER_SECOND} cancels a second`;
}

async function send(url: string, key: string, change?: object): Promise<void> {
  const answer = await fetch(url, {
    method: change === undefined ? 'GET' : 'PATCH',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    ...(change !== undefined && { body: JSON.stringify(change) }),
  });
  const said = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${said}`);
}

function ms(time = 0): string {
  return `${Math.round(time)} ms`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startReplica } from '../fleet/fleet-fixture.js';
import { insertAdmin } from '../support/app.js';
import { createTestDatabase, dataDirOf, type TestDatabase, testSession } from '../support/database.js';
import { REDIS_LOGIN, RedisServer } from '../support/redis-server.js';
import { eventually, ROOT, SERVER, ServerProcess } from '../support/server-process.js';
import { Balancer } from './balancer.js';
import { median, metricIn, metricsOf, type Sample, watch } from './gauges.js';
import { INVARIANTS, mostInAMinute, type Violations, violations } from './invariants.js';
import { turnKeysOver } from './key-turnover.js';
import { type Admission, Ledger } from './ledger.js';
import { type Member, populate } from './population.js';
import { BusyCoordinator, exceedLimit, floodWrongKeys, type Load, pause } from './traffic.js';

const run = promisify(execFile);
const SECONDS = Number(process.env.SOAK_SECONDS || 300);
/** Caches, pools and the heap fill during this time. */
const WARM_UP_SECONDS = 60;
/** The least time after it in which growth can be distinguished from noise. */
const JUDGED_SECONDS = 120;
const SHOWS_GROWTH = SECONDS >= WARM_UP_SECONDS + JUDGED_SECONDS;
const MOST_GROWTH_MIB = 10;
const MOST_GROWTH_OF_RSS = 1.2;
const MOST_DELAY_MS = 1_000;

/** If one of these were missing, the run would say less than it seems to. */
const KINDS = [
  'create: 201',
  'create: 200',
  'claim: 200',
  'waiting claim: 200',
  'waiting claim: 204',
  'waiting read: 200',
  'waiting read: 304',
  'progress: 200',
  'complete: 200',
  'fail: 200',
  'retry: 200',
  'cancel: 200',
  'list: 200',
  'read: 200',
  'read/attempts: 200',
  'rotate: 201',
  'rotate at once: 201',
  'rotate own key: 201',
  'issue: 201',
  'revoke: 204',
  'report a leak: 204',
  'misuse of a key: 201',
  'misuse of a key with an ended key: key-revoked',
  'misuse of a key with an ended key: key-expired',
  'above the limit: rate-limited',
  'unknown key: invalid-credential',
  'unknown key of one address: too-many-failures',
  'wrong secret: too-many-failures',
  'wrong checksum: invalid-credential',
  'malformed key: invalid-credential',
];
/** Of attempts whose leases have expired during the run. */
const LATE_KINDS = ['late complete: stale-attempt'];
const LATE_SECONDS = 90;
const REQUIRED = [...KINDS, ...(SECONDS >= LATE_SECONDS ? LATE_KINDS : [])];
const ERROR = /"level":"(error|fatal)"/;
const MOST_EXTRA_MS = 300_000;

let redis: RedisServer;
let database: TestDatabase;
let owner: pg.Pool;
let replicas: ServerProcess[];
const ledger = new Ledger();
let samples: Sample[][];
let countedAlone: number;
let found: Violations;
let foundInSpoilt: Violations;
let duration = 0;

beforeAll(async () => {
  redis = await RedisServer.start('--maxmemory-policy', 'noeviction');
  database = await createTestDatabase();
  owner = new pg.Pool({ ...testSession(database.ownerUrl), max: 4 });
  const redisUrl = `redis://${REDIS_LOGIN}@127.0.0.1:${redis.port}`;
  const as = { command: await serverCommand(), settings: { TRUST_PROXY: '1' } };
  replicas = [await startReplica({ database }, redisUrl, as), await startReplica({ database }, redisUrl, as)];
  const admins = [];
  while (admins.length < 4) admins.push(await insertAdmin(owner));

  const balancer = new Balancer(replicas, ledger);
  const start = performance.now();
  const members = await populate(balancer, admins);
  say(`${members.length} coordinators registered after ${seconds(performance.now() - start)} s`);
  await loadReplicas(balancer, members, admins);
  if (!SHOWS_GROWTH) sayMemory();

  found = await withOwner((client) => violations(client, ledger));
  foundInSpoilt = await withOwner((client) => violations(client, ledger, { spoilt: true }));
});

afterAll(async () => {
  ServerProcess.killAll();
  await owner?.end();
  await database?.drop();
  await redis?.remove();
});

async function loadReplicas(
  balancer: Balancer,
  members: readonly Member[],
  admins: readonly string[],
): Promise<void> {
  const start = performance.now();
  const stop = new AbortController();
  const load: Load = { balancer, ledger, stopping: stop.signal };
  const limited = members.filter(({ rateLimitPerMinute }) => rateLimitPerMinute !== undefined);
  const others = members.filter(({ rateLimitPerMinute }) => rateLimitPerMinute === undefined);
  const now = async () =>
    (await owner.query<{ now: string }>('SELECT clock_timestamp()::text AS now')).rows[0]?.now ?? '';
  const watching = Promise.all(replicas.map((it) => watch(it, stop.signal)));
  const stopper = stopInTime(stop);
  try {
    await Promise.all([
      ...others.map((it) => new BusyCoordinator(it, load).work()),
      ...limited.map((it) => exceedLimit(it, load)),
      turnKeysOver({ ...load, members: others, admins, now }),
      floodWrongKeys(members, load),
    ]);
  } finally {
    stop.abort();
  }
  await stopper;
  samples = await watching;
  duration = performance.now() - start;
  const alone = await Promise.all(
    replicas.map(async ({ url }) => metricIn(await metricsOf(url), 'rate_limit_counted_alone_total')),
  );
  countedAlone = alone.reduce((sum, it) => sum + it, 0);
}

/** On a slow machine the load lasts longer than asked for, until every kind of request has occurred. */
async function stopInTime(stop: AbortController): Promise<void> {
  await pause(SECONDS * 1_000, { stopping: stop.signal });
  const isComplete = () => REQUIRED.every((kind) => ledger.answers.has(kind));
  const deadline = performance.now() + MOST_EXTRA_MS;
  while (!isComplete() && performance.now() < deadline && (await pause(1_000, { stopping: stop.signal })));
  stop.abort();
}

/** With the options of `npm start`: the heap is collected often, so its size says how much is in use. */
async function serverCommand(): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  const options = scripts.start.match(/ --\S+/g)?.map((it) => it.trim()) ?? [];
  const [node = '', ...args] = SERVER;
  expect(options).toContain('--heap-growing-percent=30');
  return [node, ...options, ...args];
}

async function withOwner<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await owner.connect();
  try {
    return await work(client);
  } finally {
    client.release(true);
  }
}

function sayMemory(): void {
  for (const [replica, ofOne] of samples.entries()) {
    const [rss, heap] = [ofOne.map((it) => it.rss), ofOne.map((it) => it.heap)];
    say(
      `replica ${replica + 1}: ${inMiB(rss)} resident, ${inMiB(heap)} heap; ${SECONDS} s cannot show whether memory grows`,
    );
  }
}

function inMiB(values: readonly number[]): string {
  return `${values.map((it) => it.toFixed(0)).join(', ')} MiB`;
}

/** A request that was admitted in that millisecond. */
function at(ms: number): Admission {
  return { from: ms, to: ms };
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}

function say(line: string): void {
  process.stdout.write(`    ${line}\n`);
}

describe(`${SECONDS} s of mixed traffic over two replicas`, () => {
  it('has only answers of the contract, and none is a 5xx', () => {
    for (const [name, times] of [...ledger.answers].sort()) say(`${String(times).padStart(7)} ${name}`);
    const requests = [...ledger.answers.values()].reduce((sum, it) => sum + it, 0);
    const waiting = Math.max(...samples.flat().map((it) => it.waiting));
    say(
      `${requests} requests, ${ledger.changes.length} changes of jobs, ${ledger.endedKeys.length} keys ended, ${seconds(duration)} s; at most ${waiting} requests waited at a replica`,
    );
    expect([...ledger.surprises]).toEqual([]);
  });

  it.each(REQUIRED)('has requests of the kind %s', (kind) => {
    expect(ledger.answers.get(kind) ?? 0).toBeGreaterThan(0);
  });

  it.each(INVARIANTS)('leaves in the database not %s', (what) => {
    expect(found[what]).toEqual([]);
    // The same statement finds what it looks for in copies that are wrong on purpose.
    expect(foundInSpoilt[what]).not.toEqual([]);
  });

  it('never admits more than a limit in any minute', () => {
    const reached = new Map<string, number[]>();
    for (const [what, { limit, admitted }] of ledger.admissions) {
      const most = mostInAMinute(admitted);
      // A replica that does not reach Redis in time limits alone. Then two replicas admit up to twice the limit.
      expect([what, most <= (countedAlone === 0 ? limit : 2 * limit)]).toEqual([what, true]);
      // It was reached, but for requests of which it is uncertain in which minute they were admitted.
      expect([what, most > limit / 2]).toEqual([what, true]);
      reached.set(`limit of ${limit}`, [...(reached.get(`limit of ${limit}`) ?? []), most]);
    }
    for (const [limit, most] of reached) say(`${limit}: at most ${most.join(', ')} in any minute`);
    say(`${countedAlone} counts without Redis`);
    expect(mostInAMinute([at(0), at(1), at(60_000), at(60_001)])).toBe(3);
  });

  it('keeps the delay of the event loop bounded', () => {
    for (const [replica, ofOne] of samples.entries()) {
      const p99 = median(ofOne.map(({ delayP99 }) => delayP99));
      const longest = ofOne.map(({ delayMax }) => delayMax);
      say(
        `replica ${replica + 1}, delay of the event loop in 5 s: p99 ${p99.toFixed(0)} ms, longest ${median(longest).toFixed(0)} ms (medians); longest of all ${Math.max(...longest).toFixed(0)} ms`,
      );
      // More than ten times what two busy cores need: a slow machine passes, work that blocks the loop for seconds does not.
      expect(p99).toBeLessThan(MOST_DELAY_MS);
      expect(median(longest)).toBeLessThan(4 * MOST_DELAY_MS);
    }
  });

  if (SHOWS_GROWTH) {
    it('keeps its memory after the first minute', () => {
      for (const [replica, ofOne] of samples.entries()) {
        const judged = ofOne.filter(({ at }) => at >= WARM_UP_SECONDS);
        const [first, second] = [judged.slice(0, judged.length / 2), judged.slice(judged.length / 2)];
        const rss = [first, second].map((half) => median(half.map((it) => it.rss)));
        const heap = [first, second].map((half) => Math.min(...half.map((it) => it.heap)));
        say(
          `replica ${replica + 1}, halves after the first minute: ${inMiB(rss)} resident (median), ${inMiB(heap)} heap (least)`,
        );
        // The least heap is what is in use after a collection of garbage. This growth would be half a KiB for each request.
        expect((heap[1] ?? 0) - (heap[0] ?? 0)).toBeLessThan(MOST_GROWTH_MIB);
        expect((rss[1] ?? 0) / (rss[0] ?? 0)).toBeLessThan(MOST_GROWTH_OF_RSS);
      }
    });
  }

  it('leaves a log that npm run audit:verify confirms', async () => {
    let records = 0;
    await eventually(async () => {
      const { rows } = await owner.query<{ records: string; sealed: string }>(
        'SELECT (SELECT count(*) FROM public.audit_log) AS records, (SELECT max(size) FROM public.audit_checkpoints) AS sealed',
      );
      records = Number(rows[0]?.records);
      return rows[0]?.records === rows[0]?.sealed;
    }, 'every record is sealed');
    const env = { ...process.env, DATABASE_URL: database.apiUrl, DATA_DIR: dataDirOf(database.apiUrl) };
    const { stdout } = await run('npm', ['run', '--silent', 'audit:verify'], { cwd: ROOT, env });
    say(stdout.trim());
    expect(Number(/^The log holds: (\d+) records/.exec(stdout)?.[1])).toBeGreaterThanOrEqual(records);
  });

  it('ends in order', async () => {
    for (const it of replicas) it.signal('SIGTERM');
    for (const it of replicas) expect(await it.ended()).toEqual({ code: 0, signal: null });
    for (const { output } of replicas) expect(output.split('\n').filter((it) => ERROR.test(it))).toEqual([]);
  });
});

import { playHttp } from '../load/http-load.js';
import {
  CLAIMED,
  CLAIMED_TYPE,
  COMPLETED,
  CREATED_TYPE,
  claimRequest,
  completionRequest,
  creationRequest,
  PROGRESSED,
  progressRequest,
} from '../load/job-requests.js';
import { findPgbench, type Pgbench } from '../load/pgbench.js';
import { interleave, type Pace, type Result } from '../rounds.js';
import { activateAll, countCompleted, fillQueue } from '../stage/pg-boss-jobs.js';
import { type Served, startContestant, startProduct } from '../stage/processes.js';
import {
  type BenchCoordinator,
  changesMade,
  insertPendingJobs,
  insertRunningJobs,
  jobId,
  jobsOfType,
  runAgain,
  unclaim,
  waitUntilSealed,
} from '../stage/registry.js';
import { openPool, type Stage } from '../stage/stage.js';
import { type Counted, counted } from './counted.js';
import { floor } from './floor.js';
import { statementAlone } from './statement-alone.js';

/** How many times as many rounds the statement and the floor get: their ratio is closer to its target than five rounds can tell. */
const TIMES_ROUNDS = 3;

export const CONNECTIONS = [1, 16, 64, 256] as const;

export const MUTATION = {
  product: (connections: number) => `progress of a job over HTTP, ${connections} connections`,
  pgbench: (clients: number) => `pgbench, the same statement, ${clients} clients, no server runs`,
  pgbenchTogether: 'pgbench, the same statement, eight in a transaction, 2 clients, no server runs',
  floor: 'pgbench, the smallest statement that does this work, 16 clients',
  floorAlone: 'pgbench, the smallest statement, 16 clients, no server runs',
  prisma: 'the same as an interactive Prisma transaction, 16 connections',
  complete: 'completion of a job over HTTP, 16 connections',
  create: 'creation of a job over HTTP, 16 connections',
  claim: 'claim of a job over HTTP, 16 connections',
  pgBoss: 'pg-boss completes a job over HTTP, 16 connections',
} as const;

export interface Mutations {
  results: Result[];
  pgbench: Pgbench | undefined;
}

/** Measures the audited change of a job and its alternatives. Each round must have as many changes as answers. */
export async function measureMutations(
  stage: Stage,
  coordinator: BenchCoordinator,
  pace: Pace,
  tell: (line: string) => void,
): Promise<Mutations> {
  const { dataDir, registry } = stage;
  const { key } = coordinator;
  for (const range of [PROGRESSED, COMPLETED]) {
    await insertRunningJobs(registry, coordinator, range);
  }
  await insertPendingJobs(registry, coordinator, CLAIMED_TYPE, CLAIMED);
  const pgbench = await findPgbench();
  const lowest = pgbench && (await floor(stage, pgbench));
  const alone =
    pgbench && lowest
      ? [...(await statementAlone(stage, key, pgbench)), { ...lowest.entry, name: MUTATION.floorAlone }]
      : [];
  const isCompared = ({ name }: Counted) => name === MUTATION.pgbench(16) || name === MUTATION.floorAlone;
  const longPace = { ...pace, rounds: TIMES_ROUNDS * pace.rounds };
  const aloneResults = [
    ...(await interleave(alone.filter((it) => !isCompared(it)).map(counted), pace, tell)),
    ...(await interleave(alone.filter(isCompared).map(counted), longPace, tell)),
  ];

  const plainUrl = await cloneWithoutTriggers(stage);
  const bossUrl = await stage.createDatabase('bench_pg_boss');
  const bossJobs = await fillQueue(bossUrl, COMPLETED.count);
  const plain = openPool(plainUrl, 1);
  const boss = openPool(bossUrl, 1);
  const servers: Served[] = [];
  const closing = [() => plain.end(), () => boss.end(), ...(lowest ? [lowest.close] : [])];
  async function serve(starting: Promise<Served>): Promise<Served> {
    const served = await starting;
    servers.push(served);
    return served;
  }
  try {
    const product = await serve(startProduct(dataDir));
    await waitUntilSealed(registry);
    const contestant = { dataDir, answer: {} };
    const prismaServer = await serve(
      startContestant({ ...contestant, name: 'prisma-transaction', databaseUrl: plainUrl }),
    );
    const bossServer = await serve(startContestant({ ...contestant, name: 'pg-boss', databaseUrl: bossUrl }));

    const progress: Counted[] = CONNECTIONS.map((connections) => ({
      name: MUTATION.product(connections),
      play: (seconds) => playHttp({ ...product, connections, request: progressRequest(key) }, seconds),
      changes: () => changesMade(registry, PROGRESSED),
      underWay: connections,
    }));
    const prisma: Counted = {
      name: MUTATION.prisma,
      play: (seconds) =>
        playHttp({ ...prismaServer, connections: 16, request: progressRequest('') }, seconds),
      changes: () => changesMade(plain, PROGRESSED),
      underWay: 16,
    };
    const completion: Counted = {
      name: MUTATION.complete,
      prepare: () => runAgain(registry, COMPLETED),
      play: (seconds) =>
        playHttp(
          { ...product, connections: 16, request: completionRequest(key, (n) => jobId(COMPLETED.from + n)) },
          seconds,
        ),
      changes: () => changesMade(registry, COMPLETED),
      underWay: 16,
    };
    const creation: Counted = {
      name: MUTATION.create,
      play: (seconds) =>
        playHttp(
          { ...product, connections: 16, request: creationRequest(key, coordinator.workspaceId) },
          seconds,
        ),
      changes: () => jobsOfType(registry, CREATED_TYPE),
      underWay: 16,
    };
    const claim: Counted = {
      name: MUTATION.claim,
      prepare: () => unclaim(registry, CLAIMED),
      play: (seconds) => playHttp({ ...product, connections: 16, request: claimRequest(key) }, seconds),
      changes: () => changesMade(registry, CLAIMED),
      underWay: 16,
    };
    const pgBoss: Counted = {
      name: MUTATION.pgBoss,
      prepare: () => activateAll(boss),
      play: (seconds) =>
        playHttp(
          { ...bossServer, connections: 16, request: completionRequest('', (n) => bossJobs[n] ?? '') },
          seconds,
        ),
      changes: () => countCompleted(boss),
      underWay: 16,
    };
    const entries = [
      ...progress,
      ...(lowest ? [lowest.entry] : []),
      prisma,
      completion,
      creation,
      claim,
      pgBoss,
    ].map(counted);
    return { results: [...(await interleave(entries, pace, tell)), ...aloneResults], pgbench };
  } finally {
    await Promise.all(servers.map((it) => it.stop()));
    await Promise.all(closing.map((close) => close()));
  }
}

/** For contestants that write the audit row themselves. */
async function cloneWithoutTriggers(stage: Stage): Promise<string> {
  const url = await stage.cloneRegistry('bench_without_triggers');
  const pool = openPool(url, 1);
  await pool.query('ALTER TABLE public.jobs DISABLE TRIGGER USER');
  await pool.query('VACUUM ANALYZE');
  await pool.end();
  return url;
}

import { readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type pg from 'pg';
import { DebianPostgres } from '../support/debian-postgres.js';
import { admin, call, registerCoordinator, startJob, type TestCoordinator } from '../support/registry.js';
import { eventually, type ServerProcess, say } from '../support/server-process.js';
import { expectNothingLost, Load } from './load.js';
import { RegistryOn } from './registry-on.js';

/*
 * Two replicas, of which one has a wrong clock. The clock of the database decides what has expired, and when something happened.
 */

const LIBRARIES = '/usr/lib';
const HOUR_MS = 3_600_000;

let postgres: DebianPostgres;
let registry: RegistryOn;
let owner: pg.Pool;
let right: ServerProcess;
let wrong: ServerProcess;
let coordinator: TestCoordinator;
let load: Load | undefined;

beforeAll(async () => {
  postgres = await DebianPostgres.create();
  registry = await RegistryOn.create(postgres);
  owner = registry.owner();
  await setClock('+0s');
  wrong = await registry.serve({
    LD_PRELOAD: await libfaketime(),
    FAKETIME_TIMESTAMP_FILE: join(registry.dataDir, 'clock'),
    FAKETIME_NO_CACHE: '1',
    // Only the time of day is wrong. No machine's monotonic clock jumps.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  });
  right = await registry.serve();
  coordinator = await registerCoordinator(registry.through(right), { rateLimitPerMinute: 1_000_000 });
});

afterEach(async () => await load?.stop());

afterAll(async () => {
  await owner?.end();
  await registry?.remove();
  await postgres?.remove();
});

/** Of the replica with the wrong clock, from now on. */
async function setClock(offset: string): Promise<void> {
  const file = join(registry.dataDir, 'clock');
  await writeFile(`${file}.new`, offset);
  await rename(`${file}.new`, file);
}

async function libfaketime(): Promise<string> {
  for (const folder of await readdir(LIBRARIES)) {
    const files = await readdir(join(LIBRARIES, folder, 'faketime')).catch((): string[] => []);
    if (files.includes('libfaketimeMT.so.1')) return join(LIBRARIES, folder, 'faketime/libfaketimeMT.so.1');
  }
  throw new Error('faketime is missing: run the tests with `npm run test:faults`');
}

/** How far the clock of the server with the wrong clock is from ours, in ms, as its answers say. */
async function offset(): Promise<number> {
  const answer = await fetch(`${wrong.url}/health/live`);
  return Date.parse(answer.headers.get('date') ?? '') - Date.now();
}

async function readiness({ url }: ServerProcess): Promise<unknown> {
  return await (await fetch(`${url}/health/ready`)).json();
}

it.each([
  ['an hour ahead', '+3600s', HOUR_MS],
  ['an hour behind, after it stepped back by two', '-3600s', -HOUR_MS],
])('nothing changes for callers when the clock of a replica is %s', async (_, clock, expected) => {
  await setClock(clock);
  await eventually(async () => Math.abs((await offset()) - expected) < 60_000, 'the clock is wrong');

  // Keys with an hour and a half to live: by the wrong clock the first one has half an hour, and then two and a half.
  const keyExpiresAt = new Date(Date.now() + 1.5 * HOUR_MS).toISOString();
  const ending = await registerCoordinator(registry.through(wrong), { keyExpiresAt, rateLimitPerMinute: 10 });
  const own = await call(registry.through(wrong), 'get', '/coordinator/health', { key: ending.apiKey });
  expect([own.status, own.headers['coordinator-key-expires']]).toEqual([200, keyExpiresAt]);
  const statuses = await Promise.all(
    Array.from({ length: 15 }, () =>
      call(registry.through(wrong), 'get', '/coordinator/health', { key: ending.apiKey }),
    ),
  );
  expect(statuses.filter(({ status }) => status === 200)).toHaveLength(9);

  const claimed = await startJob(registry.through(wrong), coordinator);
  const leased = await call(registry.through(wrong), 'post', '/coordinator/jobs', {
    key: coordinator.apiKey,
    body: { workspaceId: coordinator.workspaceIds[0], type: 'leased' },
  });
  const claim = await call(registry.through(wrong), 'post', '/coordinator/jobs/claim', {
    key: coordinator.apiKey,
    body: { agentId: 'a', types: ['leased'], leaseSeconds: 600 },
  });
  expect(claim.body).toMatchObject({ id: leased.body.id, status: 'RUNNING' });
  expect(Math.abs(Date.parse(claim.body.leaseExpiresAt) - Date.now() - 600_000)).toBeLessThan(60_000);

  load = new Load(coordinator, (worker) => (worker % 2 === 0 ? wrong : right).url);
  await load.acknowledges(500);
  await load.stop();
  expect([load.refused, load.unanswered]).toEqual([[], []]);
  await expectNothingLost(owner, load.acknowledged);

  // Neither the sweeper nor the keeper of partitions acts by the wrong clock.
  const { rows } = await owner.query<{ status: string }>(
    'SELECT status FROM public.jobs WHERE id = ANY ($1)',
    [[claimed.id, claim.body.id]],
  );
  expect(rows).toEqual([{ status: 'RUNNING' }, { status: 'RUNNING' }]);
  const { items } = await admin<{ items: { occurredAt: string }[] }>(
    registry.through(wrong),
    'get',
    `/audit-log?resourceId=${claim.body.id}`,
  );
  expect(items.length).toBeGreaterThan(0);
  for (const { occurredAt } of items)
    expect(Math.abs(Date.parse(occurredAt) - Date.now())).toBeLessThan(60_000);
  for (const replica of [right, wrong]) {
    expect(await readiness(replica)).toEqual({ status: 'ok', checks: { database: 'ok', sealing: 'ok' } });
  }
  say(
    `a clock ${clock}: ${load.acknowledged.length} acknowledged changes, none refused, both replicas ready`,
  );
});

it('the log is sealed and verifies, whichever clock its checkpoints have', async () => {
  for (const replica of [right, wrong]) {
    replica.signal('SIGTERM');
    await replica.ended();
  }
  await registry.run('audit:verify');
  const { rows } = await owner.query<{ behind: boolean }>(
    `SELECT count(*) FILTER (WHERE sealed_at < earlier) > 0 AS behind
     FROM (SELECT sealed_at, lag(sealed_at) OVER (ORDER BY seq) AS earlier FROM public.audit_checkpoints) AS checkpoint`,
  );
  expect(rows).toEqual([{ behind: true }]);
});

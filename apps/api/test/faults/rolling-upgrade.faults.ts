import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type pg from 'pg';
import { DebianPostgres } from '../support/debian-postgres.js';
import { registerCoordinator } from '../support/registry.js';
import { ROOT, type ServerProcess, say } from '../support/server-process.js';
import { expectNothingLost, Load } from './load.js';
import { RegistryOn } from './registry-on.js';

const run = promisify(execFile);

/*
 * From the last release to this version, under load. The tests go on from each other.
 */

let release: { version: string; build: string };
let postgres: DebianPostgres;
let registry: RegistryOn;
let owner: pg.Pool;
let replicas: [ServerProcess, ServerProcess];
let load: Load;

beforeAll(async () => {
  release = await buildRelease();
  postgres = await DebianPostgres.create();
  registry = await RegistryOn.create(postgres, { build: release.build });
  owner = registry.owner();
  replicas = [await registry.serve(), await registry.serve()];
  const coordinator = await registerCoordinator(registry.through(replicas[0]));
  load = new Load(coordinator, (worker) => replicas[worker % 2 === 0 ? 0 : 1].url);
}, 600_000);

afterAll(async () => {
  await load?.stop();
  await owner?.end();
  await registry?.remove();
  await postgres?.remove();
  if (release !== undefined) await rm(release.build, { recursive: true, force: true });
});

/** Installs and builds the last release, from the history of the repository. */
async function buildRelease(): Promise<{ version: string; build: string }> {
  const { version, commit } = JSON.parse(await readFile(join(ROOT, 'prisma/released.json'), 'utf8')) as {
    version: string;
    commit: string;
  };
  const build = await mkdtemp(join(tmpdir(), 'registry-release-'));
  const archive = join(build, 'release.tar');
  await run('git', ['archive', '--output', archive, commit], { cwd: ROOT });
  await run('tar', ['-xf', archive, '-C', build]);
  for (const command of [
    ['ci', '--no-audit', '--no-fund'],
    ['run', 'build'],
  ]) {
    await run('npm', command, { cwd: build, timeout: 300_000, maxBuffer: 16_777_216 });
  }
  return { version, build };
}

/** Each replica is exchanged for one of the build that the registry uses now, without a pause in the load. */
async function exchangeReplicas(): Promise<void> {
  for (const at of [0, 1] as const) {
    await load.acknowledges(200);
    const stopping = replicas[at];
    replicas[at] = await registry.serve();
    stopping.signal('SIGTERM');
    expect(await stopping.ended()).toEqual({ code: 0, signal: null });
  }
  await load.acknowledges(200);
}

function expectNoError(): void {
  expect([load.refused, load.unanswered]).toEqual([[], []]);
}

it('the servers of the last release run on while this version migrates', async () => {
  await load.acknowledges(200);
  registry.use(ROOT);
  await registry.run('db:migrate');
  await load.acknowledges(200);
  expectNoError();
});

it('the replicas are exchanged for this version one by one without an error', async () => {
  await exchangeReplicas();
  expectNoError();
});

it('and back to the last release, which starts on the new schema', async () => {
  registry.use(release.build);
  await exchangeReplicas();
  expectNoError();
});

it('no change is lost, and the log verifies', async () => {
  await load.stop();
  const records = await expectNothingLost(owner, load.acknowledged);
  for (const replica of replicas) {
    replica.signal('SIGTERM');
    await replica.ended();
  }
  registry.use(ROOT);
  await registry.run('audit:verify');
  say(
    `from ${release.version} and back: ${load.acknowledged.length} acknowledged changes, ${records} records, no error`,
  );
});

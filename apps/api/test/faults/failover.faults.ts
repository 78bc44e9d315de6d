import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type pg from 'pg';
import { DebianPostgres } from '../support/debian-postgres.js';
import { registerCoordinator, type TestCoordinator } from '../support/registry.js';
import { eventually, type ServerProcess, say } from '../support/server-process.js';
import { expectNothingLost, Load } from './load.js';
import { RegistryOn } from './registry-on.js';

/*
 * A primary that is replicated synchronously, and its standby. The tests go on from each other.
 */

const REASON = 'fail-over to the standby, ticket 42';

let primary: DebianPostgres;
let standby: DebianPostgres;
let registry: RegistryOn;
let owner: pg.Pool;
let replica: ServerProcess;
let coordinator: TestCoordinator;
let load: Load;

beforeAll(async () => {
  primary = await DebianPostgres.create();
  registry = await RegistryOn.create(primary);
  standby = await primary.standby();
  await primary.change('synchronous_standby_names', '*');
  owner = registry.owner(standby);
  registry.useHosts([standby, primary]);
  replica = await registry.serve();
  coordinator = await registerCoordinator(registry.through(replica));
});

afterAll(async () => {
  await load?.stop();
  await owner?.end();
  await registry?.remove();
  await standby?.remove();
  await primary?.remove();
});

async function sealing(): Promise<string | undefined> {
  const answer = await fetch(`${replica.url}/health/ready`);
  const { checks } = (await answer.json()) as { checks: { sealing?: string } };
  return checks.sealing;
}

it('the server uses the host that accepts changes', async () => {
  load = new Load(coordinator, () => replica.url);
  await load.acknowledges(200);
  await eventually(async () => (await sealing()) === 'ok', 'the log is sealed');
});

it('writers go on with the standby once it is promoted, and lose nothing', async () => {
  await primary.stopAtOnce();
  await eventually(() => load.refused.length >= 20, 'requests are refused');
  const begin = performance.now();
  await standby.promote();
  const promoted = performance.now();
  await load.acknowledges(1);
  const recovered = performance.now();
  await load.acknowledges(200);
  await load.stop();
  expect(load.unanswered).toEqual([]);
  expect(load.refused.filter(({ status, retryAfter }) => status !== 503 || retryAfter === null)).toEqual([]);
  await expectNothingLost(owner, load.acknowledged);
  say(
    `fail-over: ${load.refused.length} answers of 503; the promotion took ${Math.round(promoted - begin)} ms, ` +
      `the next change was acknowledged ${Math.round(recovered - promoted)} ms later`,
  );
});

it('sealing stops, and the log, the readiness and a metric say so', async () => {
  await eventually(async () => (await sealing()) === 'halted', 'sealing stops');
  expect(replica.output).toMatch(/on timeline 2, and was sealed on timeline 1/);
  expect(await (await fetch(`${replica.url}/metrics`)).text()).toMatch(/^audit_sealing_halted 1$/m);
});

it('audit:continue seals the change of timeline into the log, and the servers seal again', async () => {
  await registry.run('audit:continue', '--', '--reason', REASON);
  await eventually(async () => (await sealing()) === 'ok', 'the log is sealed again');
  await expect(registry.run('audit:verify')).resolves.toContain(REASON);
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type pg from 'pg';
import { DebianPostgres } from '../support/debian-postgres.js';
import { registerCoordinator, type TestCoordinator } from '../support/registry.js';
import { type ServerProcess, say } from '../support/server-process.js';
import { expectNothingLost, Load } from './load.js';
import { RegistryOn } from './registry-on.js';

/*
 * Two replicas under load, of which one stops again and again.
 */

let postgres: DebianPostgres;
let registry: RegistryOn;
let owner: pg.Pool;
let coordinator: TestCoordinator;
let replicas: [ServerProcess, ServerProcess];

beforeAll(async () => {
  postgres = await DebianPostgres.create();
  registry = await RegistryOn.create(postgres);
  owner = registry.owner();
  replicas = [await registry.serve(), await registry.serve()];
  coordinator = await registerCoordinator(registry.through(replicas[0]));
});

afterAll(async () => {
  await owner?.end();
  await registry?.remove();
  await postgres?.remove();
});

it('nothing acknowledged is lost when a replica is killed with kill -9, ten times', async () => {
  const load = new Load(coordinator, (worker) => replicas[worker % 2 === 0 ? 0 : 1].url);
  for (let time = 0; time < 10; time += 1) {
    await load.acknowledges(100);
    replicas[0].signal('SIGKILL');
    await replicas[0].ended();
    replicas[0] = await registry.serve();
  }
  await load.stop();
  expect(load.refused).toEqual([]);
  const records = await expectNothingLost(owner, load.acknowledged);
  say(
    `kill -9, 10 times: ${load.acknowledged.length} acknowledged changes, ${records} records, ${load.unanswered.length} requests without an answer`,
  );
});

it('no request is cut off when a replica gets SIGTERM, five times', async () => {
  let url = replicas[0].url;
  const load = new Load(coordinator, (worker) => (worker % 2 === 0 ? url : replicas[1].url));
  for (let time = 0; time < 5; time += 1) {
    await load.acknowledges(100);
    const successor = await registry.serve();
    const stopping = replicas[0];
    stopping.signal('SIGTERM');
    // As a load balancer: a replica that stops gets no new connection.
    url = successor.url;
    expect(await stopping.ended()).toEqual({ code: 0, signal: null });
    replicas[0] = successor;
  }
  await load.stop();
  // A request that comes later on a connection that is kept alive is answered: 503, and nothing was done.
  expect(load.refused.filter(({ status, code }) => status !== 503 || code !== 'overloaded')).toEqual([]);
  expect(load.unanswered).toEqual([]);
  const records = await expectNothingLost(owner, load.acknowledged);
  say(
    `SIGTERM, 5 times: ${load.acknowledged.length} acknowledged changes, ${records} records, ${load.refused.length} answers of 503, 0 cut off`,
  );
});

it('the log verifies after all that', async () => {
  for (const replica of replicas) {
    replica.signal('SIGTERM');
    await replica.ended();
  }
  await registry.run('audit:verify');
});

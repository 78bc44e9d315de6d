import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { REDIS_LOGIN, RedisServer } from '../support/redis-server.js';
import { registerCoordinator } from '../support/registry.js';
import { eventually, freePort, ServerProcess } from '../support/server-process.js';
import { ask, readiness, startReplica, tally } from './fleet-fixture.js';

let nodes: RedisServer[];
let test: TestApp;
let replicas: ServerProcess[];

async function startNode(): Promise<RedisServer> {
  const settings = ['--cluster-enabled', 'yes', '--cluster-port', await freePort()];
  return RedisServer.start(...settings, '--cluster-node-timeout', '2000');
}

beforeAll(async () => {
  nodes = [await startNode(), await startNode(), await startNode()];
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  await nodes[0]?.ask('--cluster', 'create', ...addresses, '--cluster-yes');
  for (const node of nodes) {
    await eventually(
      async () => (await node.ask('CLUSTER', 'INFO')).includes('cluster_state:ok'),
      'it is a cluster',
    );
  }
  test = await startTestApp();
  const url = addresses.map((it) => `redis://${REDIS_LOGIN}@${it}`);
  replicas = [await startReplica(test, url.join(',')), await startReplica(test, url[2] ?? '')];
});

afterAll(async () => {
  ServerProcess.killAll();
  await test?.close();
  for (const node of nodes ?? []) await node.remove();
});

describe('two replicas with a Redis Cluster', () => {
  it('accept exactly 100 of 150 requests of each coordinator', async () => {
    const coordinators = await Promise.all(
      Array.from({ length: 6 }, () => registerCoordinator(test, { rateLimitPerMinute: 100 })),
    );
    for (const { apiKey } of coordinators) {
      expect(tally(await ask(replicas, 150, () => apiKey))).toEqual({ 200: 100, 429: 50 });
    }
    const holders = await Promise.all(nodes.map((node) => node.ask('KEYS', '*:{requests:*')));
    expect(holders.filter((keys) => keys.trim() !== '').length).toBeGreaterThan(1);
  });

  it('each limit for themselves once a node is lost', async () => {
    const coordinators = await Promise.all(
      Array.from({ length: 6 }, () => registerCoordinator(test, { rateLimitPerMinute: 10 })),
    );
    await nodes[1]?.kill();
    for (const replica of replicas) {
      for (const { apiKey } of coordinators) {
        const {
          200: accepted = 0,
          429: refused = 0,
          ...others
        } = tally(await ask([replica], 30, () => apiKey));
        expect(others).toEqual({});
        expect(accepted).toBeLessThanOrEqual(10);
        expect(accepted + refused).toBe(30);
      }
    }
    for (const replica of replicas) {
      await eventually(async () => (await readiness(replica)).status === 'degraded', 'it is noticed');
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { type Certificate, selfSignedCertificate } from '../support/certificate.js';
import { dataDirOf } from '../support/database.js';
import { REDIS_LOGIN, RedisServer } from '../support/redis-server.js';
import { registerCoordinator } from '../support/registry.js';
import { freePort, SERVER, ServerProcess } from '../support/server-process.js';
import { ask, readiness, startReplica, tally } from './fleet-fixture.js';

let tls: Certificate;
let redis: RedisServer;
let test: TestApp;
let url: string;

beforeAll(async () => {
  tls = await selfSignedCertificate();
  const port = await freePort();
  const certificate = ['--tls-cert-file', tls.certificate, '--tls-key-file', tls.privateKey];
  redis = await RedisServer.start('--tls-port', port, ...certificate, '--tls-auth-clients', 'no');
  url = `rediss://${REDIS_LOGIN}@127.0.0.1:${port}`;
  test = await startTestApp();
});

afterAll(async () => {
  ServerProcess.killAll();
  await test?.close();
  await redis?.remove();
  await tls?.remove();
});

describe('replicas with a Redis that takes TLS', () => {
  it('share a limit if they trust its certificate', async () => {
    const settings = { NODE_EXTRA_CA_CERTS: tls.certificate };
    const replicas = [
      await startReplica(test, url, { settings }),
      await startReplica(test, url, { settings }),
    ];
    const { apiKey } = await registerCoordinator(test, { rateLimitPerMinute: 100 });
    expect(tally(await ask(replicas, 150, () => apiKey))).toEqual({ 200: 100, 429: 50 });
  });

  it('do not use it if its certificate is unknown, and serve without it', async () => {
    const { apiUrl } = test.database;
    const replica = await new ServerProcess(SERVER, {
      DATABASE_URL: apiUrl,
      DATA_DIR: dataDirOf(apiUrl),
      REDIS_URL: url,
      PORT: await freePort(),
    }).ready();
    expect(await readiness(replica)).toEqual({ http: 200, status: 'degraded', redis: 'unavailable' });
    expect(replica.output).toContain('self-signed certificate');
    const { apiKey } = await registerCoordinator(test, { rateLimitPerMinute: 100 });
    expect(tally(await ask([replica], 130, () => apiKey))).toEqual({ 200: 100, 429: 30 });
  });
});

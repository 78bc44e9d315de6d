import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { hear } from '../support/raw-http.js';
import {
  admin,
  call,
  createJob,
  listen,
  registerCoordinator,
  type TestCoordinator,
} from '../support/registry.js';

/* What a client writes into the header of a proxy that is believed, to be taken for that proxy, or for a program on this machine. */

let test: TestApp;
let port: number;
let limited: TestCoordinator;

beforeAll(async () => {
  test = await startTestApp({ trustProxy: 'loopback' });
  await listen(test);
  port = (test.app.getHttpServer().address() as AddressInfo).port;
  // Every address there is.
  limited = await registerCoordinator(test, { allowedNetworks: ['0.0.0.0/0', '::/0'] });
});

afterAll(() => test?.close());

const list = (forwarded: string, { apiKey }: TestCoordinator = limited) =>
  call(test, 'get', '/coordinator/jobs', { key: apiKey, headers: { 'X-Forwarded-For': forwarded } });

describe('X-Forwarded-For', () => {
  it.each(['203.0.113.9', '203.0.113.9:4711', '[2001:db8::1]:4711'])(
    '%s is in a network',
    async (forwarded) => {
      expect((await list(forwarded)).status).toBe(200);
    },
  );

  it.each([
    'unknown',
    '_hidden',
    '203.0.113',
    '203.0.113.9:',
    '127.0.0.1.',
    '::1]',
    '203.0.113.9, garbage',
    ',',
  ])('%s is an unknown address, in no network, and not that of the proxy', async (forwarded) => {
    const answer = await list(forwarded);
    expect([answer.status, answer.body.code]).toEqual([403, 'network-forbidden']);
  });

  it('that cannot be read is recorded as unknown', async () => {
    const coordinator = await registerCoordinator(test);
    const job = await createJob(test, coordinator);
    const answer = await call(test, 'patch', `/coordinator/jobs/${job.id}/status`, {
      key: coordinator.apiKey,
      body: { status: 'CANCELLED' },
      headers: { 'X-Forwarded-For': 'garbage' },
    });
    expect(answer.status).toBe(200);
    const { items } = await admin<{ items: object[] }>(
      test,
      'get',
      `/audit-log?resourceId=${job.id}&action=job.cancelled`,
    );
    expect(items).toEqual([expect.objectContaining({ sourceIp: null })]);
  });
});

describe('/metrics without its token', () => {
  const ask = (...headers: string[]) =>
    hear(port, `GET /metrics HTTP/1.1\r\n${headers.join('\r\n')}\r\nConnection: close\r\n\r\n`, /\r\n\r\n/);

  it('is for this machine, by a name of its own', async () => {
    for (const host of ['localhost', `127.0.0.1:${port}`, '[::1]']) {
      expect(await ask(`Host: ${host}`)).toMatch(/^HTTP\/1\.1 200 /);
    }
  });

  it.each([
    ['Host: attacker.example'],
    ['Host: localhost.attacker.example'],
    ['Host: localhost', 'X-Forwarded-For: 127.0.0.1'],
    ['Host: localhost', 'X-Forwarded-Proto: https'],
    ['Host: localhost', 'Forwarded: for=127.0.0.1'],
    ['Host: localhost', 'Via: 1.1 proxy'],
    ['Host: localhost', 'X-Real-IP: 127.0.0.1'],
    ['Host: localhost', 'True-Client-IP: 127.0.0.1'],
    ['Host: localhost', 'CF-Connecting-IP: 127.0.0.1'],
    ['Host: localhost', 'CDN-Loop: cdn'],
  ])('is refused to %s %s', async (...headers) => {
    expect(await ask(...headers)).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('is refused to nginx, which puts nothing on a request unless it is configured to', async () => {
    const request = `GET /metrics HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`;
    expect(await hear(port, request, /\r\n\r\n/)).toMatch(/^HTTP\/1\.1 401 /);
  });
});

import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RefusalRecorder } from '../../src/audit-log/recording/refusal-recorder.js';
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

const FORBIDDEN = { status: 403, body: { code: 'network-forbidden' } };

const send = (headers: Record<string, string | string[]>, { apiKey }: TestCoordinator = limited) =>
  call(test, 'get', '/coordinator/jobs', { key: apiKey, headers });

async function exported(query: string): Promise<string> {
  const { body } = await test
    .http()
    .get(`/audit-log/export?${query}`)
    .set('Authorization', `Bearer ${test.adminKey}`)
    .buffer(true)
    .parse((response, done) => {
      const chunks: string[] = [];
      response.on('data', (chunk) => chunks.push(String(chunk)));
      response.on('end', () => done(null, chunks.join('')));
    });
  return body;
}

describe('forged X-Forwarded-For', () => {
  it.each([
    '203.0.113.9',
    '203.0.113.9:4711',
    '[2001:db8::1]:4711',
    '"[2001:db8::1]:4711"',
    '[fe80::1%25eth0]:80',
  ])('%s counts as an address of the network', async (forwarded) => {
    expect((await send({ 'X-Forwarded-For': forwarded })).status).toBe(200);
  });

  it.each([
    'unknown',
    '_hidden',
    '203.0.113',
    '203.0.113.9:',
    '127.0.0.1.',
    '::1]',
    '203.0.113.9, garbage',
    '203.0.113.9, ',
    ',',
    '203.0.113.9%eth0',
  ])('%s counts as an unknown address, which is in no network', async (forwarded) => {
    expect(await send({ 'X-Forwarded-For': forwarded })).toMatchObject(FORBIDDEN);
  });
});

describe('forged Forwarded', () => {
  it.each([
    'for=203.0.113.9',
    'proto=https;For="203.0.113.9:4711"',
    'for="[2001:db8::1]:4711"',
    'for=unknown, for=203.0.113.9',
  ])('%s counts as an address of the network', async (forwarded) => {
    expect((await send({ Forwarded: forwarded })).status).toBe(200);
  });

  it.each([
    'for=unknown',
    'for=_hidden',
    'for="203.0.113.9',
    'for=203.0.113.9;for=198.51.100.1',
    'for=203.0.113.9, proto=https',
    'proto=https',
    ',',
  ])('%s counts as an unknown address, which is in no network', async (forwarded) => {
    expect(await send({ Forwarded: forwarded })).toMatchObject(FORBIDDEN);
  });

  it('is read from right to left across all header lines', async () => {
    const fromOne = await registerCoordinator(test, { allowedNetworks: ['203.0.113.9/32'] });
    const lines = ['for=203.0.113.9', 'for=198.51.100.1'];
    expect(await send({ Forwarded: lines }, fromOne)).toMatchObject(FORBIDDEN);
    expect((await send({ Forwarded: lines.reverse() }, fromOne)).status).toBe(200);
  });

  it('must name the same address as X-Forwarded-For', async () => {
    const fromOne = await registerCoordinator(test, { allowedNetworks: ['203.0.113.9/32', '127.0.0.0/8'] });
    for (const [here, there] of [
      ['203.0.113.9', '198.51.100.1'],
      ['198.51.100.1', '203.0.113.9'],
      ['203.0.113.9', 'unknown'],
      ['unknown', '203.0.113.9'],
      ['unknown', 'unknown'],
    ]) {
      const headers = { 'X-Forwarded-For': `${here}`, Forwarded: `for=${there}` };
      expect(await send(headers, fromOne)).toMatchObject(FORBIDDEN);
    }
    const same = { 'X-Forwarded-For': '203.0.113.9:80', Forwarded: 'for="203.0.113.9:81"' };
    expect((await send(same, fromOne)).status).toBe(200);
  });
});

describe('trusted proxy that names no client', () => {
  it.each(['Via', 'X-Forwarded-Proto', 'X-Real-IP'])(
    'counts as an unknown address if it sends %s',
    async (name) => {
      expect(await send({ [name]: '203.0.113.9' })).toMatchObject(FORBIDDEN);
    },
  );

  it('counts as an unknown address if it sends HTTP/1.0, the default of nginx', async () => {
    const request = `GET /coordinator/jobs HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\nX-API-Key: ${limited.apiKey}\r\n\r\n`;
    expect(await hear(port, request, /"code":"network-forbidden"/)).toMatch(/^HTTP\/1\.1 403 /);
  });
});

describe('request from an unknown address', () => {
  it.each([
    { 'X-Forwarded-For': 'garbage' },
    { Forwarded: 'for=_hidden' },
    { 'X-Forwarded-For': '203.0.113.9', Forwarded: 'for=203.0.113.10' },
  ])('is recorded with sourceIp null, whether accepted or refused: %j', async (headers) => {
    const free = await registerCoordinator(test);
    const job = await createJob(test, free);
    const change = { key: free.apiKey, body: { status: 'CANCELLED' }, headers: { ...headers } };
    expect((await call(test, 'patch', `/coordinator/jobs/${job.id}/status`, change)).status).toBe(200);
    const tied = await registerCoordinator(test, { allowedNetworks: ['127.0.0.0/8'] });
    expect(await send({ ...headers }, tied)).toMatchObject(FORBIDDEN);

    await test.app.get(RefusalRecorder, { strict: false }).flush();
    const queries = [`resourceId=${job.id}&action=job.cancelled`, `actorId=${tied.id}&action=access.denied`];
    for (const query of queries) {
      const { items } = await admin<{ items: object[] }>(test, 'get', `/audit-log?${query}`);
      expect(items).toEqual([expect.objectContaining({ sourceIp: null })]);
      const [, line = ''] = (await exported(`${query}&format=ndjson`)).split('\n');
      expect(JSON.parse(line)).toMatchObject({ sourceIp: null, sourceIpCommitment: null });
      const [columns = '', row = ''] = (await exported(`${query}&format=csv`)).split('\r\n');
      expect(row.split(',').at(columns.split(',').indexOf('sourceIp') - columns.split(',').length)).toBe('');
    }
  });
});

describe('GET /metrics without the token', () => {
  const ask = (...headers: string[]) =>
    hear(port, `GET /metrics HTTP/1.1\r\n${headers.join('\r\n')}\r\nConnection: close\r\n\r\n`, /\r\n\r\n/);

  it('answers 200 on the same machine, for a local Host', async () => {
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
  ])('answers 401 to %s %s', async (...headers) => {
    expect(await ask(...headers)).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('answers 401 to HTTP/1.0, the default of nginx', async () => {
    const request = `GET /metrics HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`;
    expect(await hear(port, request, /\r\n\r\n/)).toMatch(/^HTTP\/1\.1 401 /);
  });
});

import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { call, createJob, listen, registerCoordinator } from '../support/registry.js';
import { registerTenant, type Tenant } from '../support/route-cases.js';

/* Requests that begin and do not end. */

/** Documented is half a minute; Node looks once a second. */
const CUT_OFF_WITHIN_MS = 36_000;

let test: TestApp;
let port: number;
let home: Tenant;
let other: Tenant;

beforeAll(async () => {
  test = await startTestApp({ trustProxy: true });
  await listen(test);
  port = (test.app.getHttpServer().address() as AddressInfo).port;
  [home, other] = [await registerTenant(test), await registerTenant(test)];
});

afterAll(() => test?.close());

const body = (key: string, length: number) =>
  `POST /coordinator/jobs HTTP/1.1\r\nHost: a\r\nX-API-Key: ${key}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

/** Resolves with the first that the server says. */
function begin(bytes: string): { socket: Socket; said: Promise<string> } {
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  socket.on('error', () => undefined);
  return { socket, said: once(socket, 'data').then(([chunk]) => String(chunk)) };
}

describe('incomplete bodies of one caller', () => {
  it('hold at most 16 MiB together; the next gets 503, and other callers are served', async () => {
    const half = body(home.coordinator.apiKey, 1_048_576) + ' '.repeat(700_000);
    const attack = Array.from({ length: 24 }, () => begin(half));
    // Of 16 MiB each takes 1 MiB, to which its buffer has grown.
    const refused = await firstOf(attack, 8);
    for (const answer of refused) {
      expect(answer).toMatch(/^HTTP\/1\.1 503 /);
      expect(answer.toLowerCase()).toContain('\r\nretry-after: 1\r\n');
      expect(answer).toContain('"code":"overloaded"');
    }
    await createJob(test, other.coordinator, { metadata: { text: 'x'.repeat(200_000) } });
    await Promise.all(
      attack.map(async ({ socket }) => {
        if (socket.closed) return;
        socket.destroy();
        await once(socket, 'close');
      }),
    );
    await served();
  });

  /** What they held is given back. */
  async function served(): Promise<void> {
    for (;;) {
      const text = JSON.stringify({
        workspaceId: home.workspaceId,
        type: 'build',
        metadata: { text: 'x'.repeat(200_000) },
      });
      const answer = await begin(body(home.coordinator.apiKey, text.length) + text).said;
      if (/^HTTP\/1\.1 201 /.test(answer)) return;
      expect(answer).toMatch(/^HTTP\/1\.1 503 /);
      await sleep(50);
    }
  }
});

describe('incomplete bodies without a credential', () => {
  const revocation = (address: string, length: number) =>
    `POST /keys/revoke HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: ${address}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

  it('hold at most 1 MiB per network; the next gets 503, and other networks can revoke keys', async () => {
    const half = revocation('198.51.100.1', 2_048) + ' '.repeat(2_047);
    const attack = Array.from({ length: 530 }, () => begin(half));
    for (const answer of await firstOf(attack, 18)) expect(answer).toMatch(/^HTTP\/1\.1 503 /);

    const { apiKey } = await registerCoordinator(test);
    const text = JSON.stringify({ key: apiKey });
    const { said } = begin(revocation('198.51.100.2', text.length) + text);
    expect(await said).toMatch(/^HTTP\/1\.1 204 /);
    expect((await call(test, 'get', '/coordinator/health', { key: apiKey })).status).toBe(401);
    for (const { socket } of attack) socket.destroy();
  });
});

async function firstOf(attack: { said: Promise<string> }[], count: number): Promise<string[]> {
  const answers: string[] = [];
  await new Promise<void>((resolve) => {
    for (const { said } of attack) {
      said.then(
        (answer) => {
          answers.push(answer);
          if (answers.length === count) resolve();
        },
        () => undefined,
      );
    }
  });
  return answers;
}

it.concurrent.each([
  ['headers', () => 'GET /health/live HTTP/1.1\r\nHost: a\r\n'],
  [
    'a body',
    () =>
      `POST /keys/revoke HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
  ],
  ['a body that is refused', () => `POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{`],
])('%s, though a byte comes every second, are cut off after half a minute', async (_, bytesOf) => {
  const { socket } = begin(bytesOf());
  const drip = setInterval(() => socket.write('a'), 1_000);
  const late = setTimeout(() => socket.destroy(), CUT_OFF_WITHIN_MS);
  let cutOff = false;
  for (const event of ['end', 'error']) {
    socket.once(event, () => {
      cutOff = true;
    });
  }
  await new Promise((resolve) => socket.once('close', resolve));
  clearTimeout(late);
  clearInterval(drip);
  expect(cutOff).toBe(true);
});

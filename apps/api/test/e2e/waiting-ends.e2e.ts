import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import {
  admin,
  call,
  createJob,
  listen,
  registerCoordinator,
  type TestCoordinator,
} from '../support/registry.js';
import { eventually, freePort, SERVER, ServerProcess } from '../support/server-process.js';
import { LONG, Waits } from './waiting-fixture.js';

/** Many more than the requests that ask the database at once. */
const MANY = 300;

let test: TestApp;
let coordinator: TestCoordinator;

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  coordinator = await registerCoordinator(test);
});

afterEach(() => ServerProcess.killAll());
afterAll(() => test?.close());

describe('a server that stops', () => {
  it('answers requests that wait at once with 503 and Retry-After', async () => {
    const env = { PORT: await freePort(), DATABASE_URL: test.database.apiUrl };
    const server = await new ServerProcess(SERVER, env).ready();
    const { id } = await createJob(test, coordinator);
    const key = { 'X-API-Key': coordinator.apiKey };
    const answers = [
      fetch(`${server.url}/coordinator/jobs/${id}?waitSeconds=${LONG}`, {
        headers: { ...key, 'If-None-Match': '"1"' },
      }),
      fetch(`${server.url}/coordinator/jobs/claim`, {
        method: 'POST',
        headers: { ...key, 'Content-Type': 'application/json' },
        body: JSON.stringify({ agentId: 'agent-1', types: ['none'], waitSeconds: LONG }),
      }),
    ];
    await eventually(async () => {
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      return /^http_requests_waiting 2$/m.test(metrics);
    }, 'both requests to wait');
    server.signal('SIGTERM');
    for (const answer of await Promise.all(answers)) {
      expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('connection')]).toEqual([
        503,
        '2',
        'close',
      ]);
      expect(await answer.json()).toMatchObject({
        code: 'overloaded',
        detail: 'The server is stopping. Nothing was done.',
      });
    }
    expect(await server.ended()).toEqual({ code: 0, signal: null });
  });
});

describe('the limit of 2,000 requests of a coordinator that wait', () => {
  it('answers a further one 503 with Retry-After, and others still wait', async () => {
    const waits = new Waits(test);
    const { port } = new URL(await test.app.getUrl());
    const { id } = await createJob(test, coordinator);
    const sockets: Socket[] = [];
    try {
      for (let count = 0; count < 2_000; count += 1) {
        const socket = connect(Number(port), '127.0.0.1');
        socket.on('error', () => undefined);
        sockets.push(socket);
        await once(socket, 'connect');
        socket.write(
          `GET /coordinator/jobs/${id}?waitSeconds=${LONG} HTTP/1.1\r\nHost: a\r\nX-API-Key: ${coordinator.apiKey}\r\n` +
            'If-None-Match: *\r\n\r\n',
        );
      }
      await waits.untilHeld(2_000);
      const refused = await call(test, 'post', '/coordinator/jobs/claim', {
        key: coordinator.apiKey,
        body: { agentId: 'agent-1', types: ['none'], waitSeconds: LONG },
      });
      expect([refused.status, refused.body.code, refused.headers['retry-after']]).toEqual([
        503,
        'overloaded',
        '5',
      ]);
      expect(refused.body.detail).toBe('Too many requests are waiting. Nothing was done.');
      const other = await registerCoordinator(test);
      const theirs = await createJob(test, other);
      const waiting = await waits.read(other, theirs.id);
      await call(test, 'patch', `/coordinator/jobs/${theirs.id}/status`, {
        key: other.apiKey,
        body: { status: 'CANCELLED' },
      });
      expect((await waiting.soon()).status).toBe(200);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
    await waits.untilHeld(0);
  });
});

describe('requests of two coordinators that are woken at once', () => {
  it('are answered in turn, however many one of them has', async () => {
    const waits = new Waits(test);
    const many = await registerCoordinator(test, { rateLimitPerMinute: 1_000 });
    const one = await registerCoordinator(test, { workspaceIds: many.workspaceIds });
    const [first, second] = [await createJob(test, many), await createJob(test, many)];
    const answered: string[] = [];
    const read = async (by: TestCoordinator, id: string) => {
      const { body } = await call(test, 'get', `/coordinator/jobs/${id}?waitSeconds=${LONG}`, {
        key: by.apiKey,
        headers: { 'If-None-Match': '"1"' },
      });
      answered.push(body.id);
    };
    const answers = Array.from({ length: MANY }, () => read(many, first.id));
    await waits.untilHeld(MANY);
    answers.push(read(one, second.id));
    await waits.untilHeld(MANY + 1);
    // One statement cancels both jobs, so one look finds both.
    const [workspaceId] = many.workspaceIds;
    const stopped = await admin(test, 'post', '/jobs/cancel', { workspaceId, reason: 'wrong branch' });
    expect(stopped).toEqual({ cancelled: 2, more: false });
    await Promise.all(answers);
    expect(answered.indexOf(second.id)).toBeLessThan(MANY / 2);
  });
});

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { readRoutes } from '../../src/openapi.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { converse } from '../support/raw-http.js';
import { listen } from '../support/registry.js';
import { registerTenant, type Tenant } from '../support/route-cases.js';
import { mainRequest, pathOf } from '../support/route-requests.js';
import { eventually } from '../support/server-process.js';

/*
 * Requests that are sent on one connection without waiting for answers. Handled all at once, each would hold its answer in memory until the
 * client has read those before it. What is held when it reads nothing is measured in unread-answers.integration.ts.
 */

const ROUTES = (await readRoutes()).filter(({ method }) => method === 'GET');
const MANY = 33;

let test: TestApp;
let port: number;
let home: Tenant;
/** by the client's port: how many requests of a connection are being handled, how many were at most, and how many in all */
const handled = new Map<number, { now: number; most: number; all: number }>();

beforeAll(async () => {
  test = await startTestApp();
  subscribe('tracing:fastify.request.handler:start', onHandled);
  await listen(test);
  port = (test.app.getHttpServer().address() as AddressInfo).port;
  home = await registerTenant(test);
});

afterAll(async () => {
  unsubscribe('tracing:fastify.request.handler:start', onHandled);
  await test?.close();
});

/** Hooks cannot be added to a server that is ready; this is how Fastify tells of each handler that it runs. */
function onHandled(message: unknown): void {
  const { reply } = message as { reply: FastifyReply };
  const client = reply.request.raw.socket.remotePort ?? 0;
  const of = handled.get(client) ?? { now: 0, most: 0, all: 0 };
  of.now += 1;
  of.all += 1;
  of.most = Math.max(of.most, of.now);
  handled.set(client, of);
  // The next request begins in a listener of the same event.
  reply.raw.prependOnceListener('close', () => {
    of.now -= 1;
  });
}

function mostAtOnce(): number {
  const most = Math.max(...[...handled.values()].map((it) => it.most));
  handled.clear();
  return most;
}

describe('pipelined requests', () => {
  it.each(ROUTES)('$route are handled one at a time, in order', async ({ route, path, access }) => {
    const request = await mainRequest(test, route, home);
    const key = access?.kind === 'operator' ? test.adminKey : home.coordinator.apiKey;
    const ask = (id: number, last: boolean) =>
      [
        `GET ${pathOf(path, request)} HTTP/1.1`,
        'Host: localhost',
        ...(access?.kind === 'public' || access?.kind === 'monitoring'
          ? []
          : [`Authorization: Bearer ${key}`]),
        `X-Request-Id: ${id}`,
        `Connection: ${last ? 'close' : 'keep-alive'}\r\n\r\n`,
      ].join('\r\n');
    const all = Array.from({ length: MANY }, (_, id) => ask(id, id === MANY - 1)).join('');
    handled.clear();
    const answers = await converse(port, [Buffer.from(all)]);
    expect(answers.map(({ headers }) => headers['x-request-id'])).toEqual(
      Array.from({ length: MANY }, (_, id) => String(id)),
    );
    expect(mostAtOnce()).toBe(1);
  });

  it('are limited to 33: a longer queue closes the connection, and the waiting requests are not handled', async () => {
    const before = await jobs();
    const body = JSON.stringify({ workspaceId: home.workspaceId, type: 'build' });
    const create = `POST /coordinator/jobs HTTP/1.1\r\nHost: a\r\nX-API-Key: ${home.coordinator.apiKey}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    await flood(create.repeat(34));
    expect((await jobs()) - before).toBeLessThanOrEqual(1);
  });

  it('are not handled after a response that closes the connection', async () => {
    const length = 1_000_000;
    const refused = `POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`;
    const more = 'GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(5);
    handled.clear();
    const answers = await converse(port, [Buffer.from(refused), Buffer.from(' '.repeat(length) + more)]);
    expect(answers.map(({ status }) => status)).toEqual([404]);
    // The one that is no route has no handler.
    expect([...handled.values()]).toEqual([]);
  });
});

it('a client that reads no response is disconnected after a minute, even if it sends requests', async () => {
  const server = test.app.getHttpServer();
  const open = () =>
    new Promise<number>((resolve, reject) =>
      server.getConnections((error: Error | null, count: number) => (error ? reject(error) : resolve(count))),
    );
  const timers: (() => void)[] = [];
  const { setTimeout: set } = globalThis;
  const spy = jest.spyOn(globalThis, 'setTimeout').mockImplementation(((fire: () => void, ms?: number) => {
    if (ms === 60_000) timers.push(fire);
    return set(fire, ms);
  }) as typeof setTimeout);
  // More than the kernel takes.
  const socket = connect(port, '127.0.0.1', () =>
    socket.write('GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(20)),
  );
  try {
    socket.pause();
    socket.on('error', () => undefined);
    await eventually(() => timers.length > 0, 'an answer is waited for');
    socket.write('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n');
    const before = await open();
    for (const fire of timers) fire();
    await eventually(async () => (await open()) === before - 1, 'the connection is closed');
  } finally {
    spy.mockRestore();
    socket.destroy();
  }
});

async function jobs(): Promise<number> {
  const { rows } = await test.database.owner.query<{ count: number }>(
    'SELECT pg_catalog.count(*)::integer AS count FROM public.jobs',
  );
  return rows[0]?.count ?? 0;
}

/** Sends and waits for the server to close. */
async function flood(bytes: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', () => undefined);
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
  });
}

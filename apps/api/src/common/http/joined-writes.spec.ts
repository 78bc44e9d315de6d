import { once } from 'node:events';
import { createServer, type RequestListener, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as endOfTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { atEndOfTurn, joinWrites } from './joined-writes.js';

describe('joinWrites', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function serve(handle: RequestListener): Promise<number> {
    server = createServer(handle);
    joinWrites(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  async function get(port: number): Promise<string> {
    const asked = request({ port, host: '127.0.0.1', agent: false }).end();
    const [answer] = await once(asked, 'response');
    return Buffer.concat(await answer.toArray()).toString();
  }

  it('hands the answers of one turn to the kernel at its end', async () => {
    const answers: ServerResponse[] = [];
    let bothAsked = () => {};
    const asked = new Promise<void>((resolve) => {
      bothAsked = resolve;
    });
    const port = await serve((_, answer) => {
      if (answers.push(answer) === 2) bothAsked();
    });
    const texts = Promise.all([get(port), get(port)]);
    await asked;
    const sockets = answers.map(({ socket }) => socket);
    for (const answer of answers) answer.end('an answer');
    for (const socket of sockets) expect(socket?.writableLength).toBeGreaterThan(0);
    await endOfTurn();
    expect(sockets.map((it) => it?.writableLength)).toEqual([0, 0]);
    expect(await texts).toEqual(['an answer', 'an answer']);
  });

  it('sends a long answer whole, in the order of its parts', async () => {
    const parts = Array.from({ length: 300 }, (_, at) => `${at} `.repeat(1_000));
    const port = await serve((_, answer) => {
      for (const part of parts) answer.write(part);
      answer.end();
    });
    expect(await get(port)).toBe(parts.join(''));
  });

  it.each<[string, (answer: ServerResponse) => void]>([
    ['as idle', () => server?.closeIdleConnections()],
    ['by its socket', (answer) => answer.socket?.destroy()],
  ])('writes what waits before the connection is closed %s', async (_, close) => {
    const port = await serve((asked, answer) => {
      answer.setHeader('content-length', 'an answer'.length);
      // A connection is idle only once the request has ended, too.
      asked.resume().on('end', () => {
        answer.end('an answer');
        close(answer);
      });
    });
    expect(await get(port)).toBe('an answer');
  });

  it('answers the others if one client has gone', async () => {
    const answers: ServerResponse[] = [];
    const port = await serve((_, answer) => {
      answers.push(answer);
      if (answers.length < 2) return;
      answers[0]?.socket?.destroy();
      for (const it of answers) it.end('an answer');
    });
    const gone = get(port).catch(() => 'no answer');
    while (answers.length === 0) await endOfTurn();
    expect(await get(port)).toBe('an answer');
    expect(await gone).toBe('no answer');
  });
});

describe('atEndOfTurn', () => {
  it('runs all work in order, and work that this work adds in the next turn', async () => {
    const done: string[] = [];
    atEndOfTurn(() => {
      done.push('first');
      atEndOfTurn(() => done.push('next turn'));
    });
    atEndOfTurn(() => done.push('second'));
    expect(done).toEqual([]);
    await endOfTurn();
    expect(done).toEqual(['first', 'second']);
    await endOfTurn();
    expect(done).toEqual(['first', 'second', 'next turn']);
  });
});

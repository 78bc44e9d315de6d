import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import fc from 'fast-check';
import { changes } from '../integration/sealing-fixture.js';
import { startServer, startTestApp, type TestApp } from '../support/app.js';
import { listen } from '../support/registry.js';
import { eventually, freePort, SERVER, ServerProcess } from '../support/server-process.js';
import { allSealed, FeedReader, type Line, leaves } from './feed-fixture.js';

/* A reader that goes on after its last position has each sealed record once, in the order of the tree, after any break. */

const RECORDS = 900;
const RUNS = 12;

let test: TestApp;
let other: NestFastifyApplication;
let servers: string[];

beforeAll(async () => {
  test = await startTestApp();
  await listen(test);
  // Another replica over the same database.
  other = await startServer(test.database.apiUrl);
  await other.listen(0, '127.0.0.1');
  servers = [await test.app.getUrl(), await other.getUrl()];
  await test.database.api.query(changes(RECORDS));
  await allSealed(test.database.owner);
});

afterEach(() => ServerProcess.killAll());

afterAll(async () => {
  await other?.close();
  await test?.close();
});

/** Reads up to this many records, and breaks off. */
async function piece(base: string, after: number, most: number, sse: boolean): Promise<Line[]> {
  const query = after === -1 ? {} : { after };
  const reader = await FeedReader.open(base, { key: test.adminKey, query, sse });
  const read: Line[] = [];
  try {
    expect(reader.response.statusCode).toBe(200);
    while (read.length < most) read.push(await reader.nextRecord());
  } finally {
    reader.close();
  }
  return read;
}

const numbered = (ids: string[]) => ids.map((id, position) => ({ position, id }));

describe('a reader that goes on after its last position', () => {
  it('gets each record once, in order, over any breaks and changes of the replica', async () => {
    const expected = numbered(await leaves(test.database.owner));
    const pieces = fc.array(
      fc.record({ server: fc.nat(1), most: fc.integer({ min: 1, max: 250 }), sse: fc.boolean() }),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(pieces, fc.boolean(), async (breaks, lastSse) => {
        const read: Line[] = [];
        for (const { server, most, sse } of breaks) {
          const left = expected.length - read.length;
          read.push(...(await piece(servers[server] ?? '', read.length - 1, Math.min(most, left), sse)));
        }
        const rest = await FeedReader.open(servers[0] ?? '', {
          key: test.adminKey,
          query: { follow: 'false', after: read.length - 1 },
          sse: lastSse,
        });
        const { records, complete } = await rest.rest();
        expect(complete).toBe(true);
        const all = [...read, ...records].map(({ position, id }) => ({ position, id }));
        expect(all.slice(0, expected.length)).toEqual(expected);
      }),
      { numRuns: RUNS },
    );
  });

  it('loses nothing and gets nothing twice while records are written, and a server is killed', async () => {
    const env = { PORT: await freePort(), DATABASE_URL: test.database.apiUrl };
    const killed = await new ServerProcess(SERVER, env).ready();
    const before = (await leaves(test.database.owner)).length;
    let writing = true;
    const writer = (async () => {
      while (writing) await test.database.api.query(changes(20));
    })();
    const read: Line[] = [];
    const reader = await FeedReader.open(killed.url, { key: test.adminKey, query: { after: before - 1 } });
    try {
      while (read.length < 300) read.push(await reader.nextRecord());
      killed.signal('SIGKILL');
      // What had arrived before the kill counts, and a line that broke off does not.
      for (let line = await reader.next(); line !== undefined; ) {
        if (line.id !== undefined) read.push(line);
        line = await reader.next();
      }
      expect(reader.response.complete).toBe(false);
    } finally {
      writing = false;
      await writer;
    }
    await allSealed(test.database.owner);
    const rest = await FeedReader.open(servers[1] ?? '', {
      key: test.adminKey,
      query: { follow: 'false' },
      headers: { 'Last-Event-ID': String(read.at(-1)?.position) },
    });
    const { records } = await rest.rest();
    const all = [...read, ...records].map(({ position, id }) => ({ position, id }));
    expect(all).toEqual(numbered(await leaves(test.database.owner)).slice(before));
  });
});

describe('a client that disconnects', () => {
  it('leaves nothing behind', async () => {
    const { length } = await leaves(test.database.owner);
    const open = await Promise.all(
      [1, 2, 3].map(() =>
        FeedReader.open(servers[0] ?? '', { key: test.adminKey, query: { after: length - 1 } }),
      ),
    );
    for (const reader of open) await reader.next();
    const followers = async () => (await test.http().get('/metrics')).text;
    expect(await followers()).toMatch(/^audit_feed_followers 3$/m);
    for (const reader of open) reader.close();
    await eventually(async () => /^audit_feed_followers 0$/m.test(await followers()), 'the feeds to end');
  });
});

describe('a server that stops', () => {
  it('ends a feed that follows properly, and at once', async () => {
    const env = { PORT: await freePort(), DATABASE_URL: test.database.apiUrl };
    const server = await new ServerProcess(SERVER, env).ready();
    const reader = await FeedReader.open(server.url, { key: test.adminKey, query: { after: 'latest' } });
    expect((await reader.next())?.id).toBeUndefined();
    server.signal('SIGTERM');
    expect(await reader.rest()).toMatchObject({ records: [], complete: true });
    expect(await server.ended()).toEqual({ code: 0, signal: null });
  });
});

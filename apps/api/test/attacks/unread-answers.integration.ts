import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertAdmin } from '../support/app.js';
import { AttackedServer } from '../support/attacked-server.js';
import { createJob } from '../support/registry.js';
import { registerTenant } from '../support/route-cases.js';

/*
 * Clients that ask again and again and read nothing. The server holds no more than one answer for each connection, and of what is the same for
 * everybody one copy for all. The memory is that of a real server process.
 */

const CONNECTIONS = 10;
/** As many as may wait, and the one that is being answered. */
const REQUESTS = 33;
const MAX_MIB = 150;

let server: AttackedServer;
let apiKey: string;

beforeAll(async () => {
  server = await AttackedServer.start();
  const { coordinator } = await registerTenant(server.test);
  apiKey = coordinator.apiKey;
  // A list of about 1 MiB.
  for (let n = 0; n < 90; n += 1) {
    await createJob(server.test, coordinator, { metadata: { text: 'x'.repeat(10_000) } });
  }
});

afterAll(() => server?.stop());

/** One of its own for each, which is held to its own limit of requests. */
const admin = () => insertAdmin(server.test.database.owner);

const asking = (path: string, key?: string) =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${key === undefined ? '' : `Authorization: Bearer ${key}\r\n`}\r\n`;

describe('unread responses stay within the memory limit', () => {
  it('for 1,200 requests for a static file on one connection', async () => {
    const growth = await server.growthDuring(() =>
      server.attack(asking('/docs/swagger-ui-bundle.js').repeat(1_200)),
    );
    expect(growth).toBeLessThan(MAX_MIB);
  });

  it.each([
    ['/docs/swagger-ui-bundle.js', () => undefined],
    ['/openapi.json', () => undefined],
    ['/metrics', () => undefined],
    ['/coordinator/jobs?limit=100', () => apiKey],
    ['/jobs?limit=100', admin],
    ['/audit-log?limit=200', admin],
    ['/audit-log/export', admin],
    ['/audit-log/feed?follow=false', admin],
    ['/audit-log/checkpoints?limit=100', admin],
  ])('for %s over many connections', async (path, keyOf) => {
    const key = await keyOf();
    const headers = key === undefined ? {} : { Authorization: `Bearer ${key}` };
    const once = await fetch(`${server.process.url}${path}`, { headers });
    expect([once.status, (await once.text()).length > 0]).toEqual([200, true]);

    const growth = await server.growthDuring(async () => {
      for (let n = 0; n < CONNECTIONS; n += 1) await server.attack(asking(path, key).repeat(REQUESTS));
    });
    server.release();
    expect(growth).toBeLessThan(MAX_MIB);
  });
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AttackedServer } from '../support/attacked-server.js';
import { hear } from '../support/raw-http.js';
import { registerTenant } from '../support/route-requests.js';

/*
 * Bodies in chunks of one byte. Each chunk is an object of some hundred bytes in Node; kept until the body is whole, they hold a hundred times
 * what was sent.
 */

const CONNECTIONS = 20;
const CHUNKS = 400_000;
const MOST_MIB = 200;

let server: AttackedServer;
let apiKey: string;

beforeAll(async () => {
  server = await AttackedServer.start();
  ({ apiKey } = (await registerTenant(server.test)).coordinator);
});

afterAll(() => server?.stop());

const head = (path: string, key = '') =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n${key}\r\n`;

it.each([
  ['with a key', () => head('/coordinator/jobs', `X-API-Key: ${apiKey}\r\n`)],
  ['without one, where one is needed', () => head('/coordinator/jobs')],
  ['where none is needed', () => head('/keys/revoke')],
])('%s they hold no more than their bytes', async (_, headOf) => {
  const growth = await server.growthDuring(async () => {
    for (let n = 0; n < CONNECTIONS; n += 1) await server.attack(headOf() + '1\r\n \r\n'.repeat(CHUNKS));
  });
  server.release();
  expect(growth).toBeLessThan(MOST_MIB);
});

it('beyond 16,384 pieces a body is refused', async () => {
  const bytes = head('/coordinator/jobs', `X-API-Key: ${apiKey}\r\n`) + '1\r\n \r\n'.repeat(16_385);
  expect(await hear(server.port, bytes, /\}$/)).toContain('The body comes in too many pieces.');
});

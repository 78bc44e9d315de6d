import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AttackedServer } from '../support/attacked-server.js';
import { hear } from '../support/raw-http.js';
import { registerTenant } from '../support/route-cases.js';

/*
 * Bodies in chunks of one byte. Each chunk is an object of some hundred bytes in Node. Kept until the body is whole, the chunks of these tests
 * hold more than 2 GiB.
 */

const CONNECTIONS = 20;
const CHUNKS = 400_000;
const MAX_MIB = 400;

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
  ['without the required key', () => head('/coordinator/jobs')],
  ['without a key, on a public route', () => head('/keys/revoke')],
])('a body in many tiny chunks (%s) holds no more memory than its bytes', async (_, headOf) => {
  const growth = await server.growthDuring(async () => {
    for (let n = 0; n < CONNECTIONS; n += 1) await server.attack(headOf() + '1\r\n \r\n'.repeat(CHUNKS));
  });
  server.release();
  expect(growth).toBeLessThan(MAX_MIB);
});

const TOO_MANY = 'The body has too many chunks.';

it('a body in more than 16,384 chunks is refused', async () => {
  const bytes = head('/coordinator/jobs', `X-API-Key: ${apiKey}\r\n`) + '1\r\n \r\n'.repeat(CHUNKS);
  expect(await hear(server.port, bytes, /\}$/)).toContain(TOO_MANY);
});

/** @returns the answers to twenty requests with this body, sent on one connection without waiting, and to a last one that is 404 */
async function answersTo(body: string): Promise<string> {
  const requests = `${head('/keys/revoke')}${body}0\r\n\r\n`.repeat(20);
  return await hear(
    server.port,
    `${requests}GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n`,
    /in too many pieces|route-not-found/,
  );
}

it('the chunks of all bodies of a connection count together', async () => {
  expect(await answersTo('1\r\n \r\n'.repeat(1_000))).toContain(TOO_MANY);
});

it('the same number of bytes in fewer chunks is read', async () => {
  expect(await answersTo(`3e8\r\n${' '.repeat(1_000)}\r\n`)).toContain('route-not-found');
});

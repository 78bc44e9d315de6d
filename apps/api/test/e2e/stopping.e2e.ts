import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type HttpFixture, startHttpFixture } from './http-fixture.js';

let http: HttpFixture;

beforeEach(async () => {
  http = await startHttpFixture();
});

afterEach(() => http.close());

/**
 * Half a request on a connection that is kept alive; the server waits for the rest when the signal to stop arrives.
 *
 * @returns what the server says until it has answered as many requests
 */
async function stopDuringARequest(rest: string, answers = 2): Promise<string> {
  const socket = connect(http.port, '127.0.0.1');
  const head = 'POST /any HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n';
  socket.write(`${head}{"a"`);
  let said = '';
  socket.on('data', (chunk) => {
    said += String(chunk);
    if ((said.match(/\r\n\r\n./gs) ?? []).length === answers) socket.destroy();
  });
  // One whole exchange later the server has read what came before.
  await http.send('GET', '/list');
  const closed = http.app.getHttpAdapter().getInstance().close();
  await expect(http.send('GET', '/list')).rejects.toThrow('ECONNREFUSED');
  socket.write(`:1}${rest}`);
  await Promise.all([once(socket, 'close'), closed]);
  return said;
}

/** Names of headers in lower case. */
function answerIn(text: string) {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((it): [string, string] => {
    const at = it.indexOf(': ');
    return [it.slice(0, at).toLowerCase(), it.slice(at + 2)];
  });
  return { first, headers: Object.fromEntries(headers), body };
}

describe('a server that stops', () => {
  it('answers the request under way', async () => {
    const { first, body } = answerIn(await stopDuringARequest('', 1));
    expect([first, body]).toEqual(['HTTP/1.1 200 OK', '{"body":{"a":1}}']);
  });

  it.each([
    ['a route', 'GET /list'],
    ['an unknown path', 'GET /nowhere'],
    ['a method that the path does not have', 'DELETE /list'],
  ])('answers 503 as a problem to a later request for %s on the same connection', async (_, line) => {
    const said = await stopDuringARequest(`${line} HTTP/1.1\r\nHost: a\r\nX-Request-Id: further\r\n\r\n`);
    const { first, headers, body } = answerIn(said.slice(said.indexOf('HTTP/1.1', 1)));
    expect(first).toBe('HTTP/1.1 503 Service Unavailable');
    expect(headers).toMatchObject({
      connection: 'close',
      'retry-after': '2',
      'content-type': 'application/problem+json; charset=utf-8',
      'x-request-id': 'further',
      'cache-control': 'no-store',
    });
    expect(JSON.parse(body)).toMatchObject({
      status: 503,
      code: 'overloaded',
      type: '/problems/overloaded',
      detail: 'The server is stopping. Nothing was done.',
      requestId: 'further',
    });
  });

  it('refuses a later change without reading its body', async () => {
    const further =
      'POST /any HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
    const said = await stopDuringARequest(further);
    const { first, headers } = answerIn(said.slice(said.indexOf('HTTP/1.1', 1)));
    expect([first, headers.connection]).toEqual(['HTTP/1.1 503 Service Unavailable', 'close']);
    expect(said.match(/HTTP\/1\.1/g)).toHaveLength(2);
  });
});

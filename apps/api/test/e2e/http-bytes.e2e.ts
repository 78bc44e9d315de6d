import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROBLEMS, type ProblemCode } from '../../src/common/problems/catalogue.js';
import { converse, type RawAnswer } from '../support/raw-http.js';
import { type HttpFixture, startHttpFixture } from './http-fixture.js';

let http: HttpFixture;

beforeAll(async () => {
  http = await startHttpFixture();
});

afterAll(() => http.close());

function say(...pieces: string[]): Promise<RawAnswer[]> {
  return converse(
    http.port,
    pieces.map((it) => Buffer.from(it, 'latin1')),
  );
}

function expectProblem(answer: RawAnswer | undefined, code: ProblemCode): void {
  const { status } = PROBLEMS[code];
  expect(answer?.status).toBe(status);
  expect(answer?.headers).toMatchObject({
    'content-type': 'application/problem+json; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  expect(JSON.parse(answer?.body ?? '')).toMatchObject({ status, code });
}

/** Until the server has no connection any more. */
async function noneOpen(): Promise<void> {
  const { server } = http.app.getHttpAdapter().getInstance();
  const open = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  while ((await open()) > 0) await sleep(10);
}

const LAST = 'GET /list HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n';

describe('requests that are not HTTP, or ambiguous to a proxy, get a problem', () => {
  it.each<[string, string, ProblemCode]>([
    ['nonsense', 'NONSENSE\r\n\r\n', 'invalid-request'],
    [
      'a head over 16 KiB',
      `GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
      'headers-too-large',
    ],
    [
      'a Content-Length with chunks',
      'POST /any HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
      'invalid-request',
    ],
    ['no Host', 'GET /list HTTP/1.1\r\nconnection: close\r\n\r\n', 'invalid-request'],
    ['two hosts', 'GET /list HTTP/1.1\r\nhost: a\r\nHost: b\r\nconnection: close\r\n\r\n', 'invalid-request'],
    ['a Host twice', 'GET /list HTTP/1.0\r\nHost: a\r\nHOST: a\r\n\r\n', 'invalid-request'],
    ['a malformed Host', 'GET /list HTTP/1.1\r\nhost: a/b\r\nconnection: close\r\n\r\n', 'invalid-request'],
    [
      'two Content-Types',
      'POST /any HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-type: text/plain\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}',
      'invalid-request',
    ],
    [
      'chunks in HTTP/1.0',
      'POST /any HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      'invalid-request',
    ],
    ['HTTP/2.0', 'GET /list HTTP/2.0\r\nhost: a\r\nconnection: close\r\n\r\n', 'invalid-request'],
    ['HTTP/0.9', 'GET /list\r\n\r\n', 'invalid-request'],
    ['CONNECT', 'CONNECT a:443 HTTP/1.1\r\nhost: a:443\r\n\r\n', 'route-not-found'],
  ])('%s', async (_, bytes, code) => {
    const answers = await say(bytes);
    expect(answers).toHaveLength(1);
    expectProblem(answers[0], code);
  });

  it.each([
    'a',
    'a:80',
    'registry.example:',
    '127.0.0.1:3000',
    '[::1]:3000',
    '',
    'under_score',
    'xn--bcher-kva',
  ])('Host: %s is accepted', async (host) => {
    const [answer] = await say(`GET /list HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
    expect(answer?.status).toBe(200);
  });

  it('HTTP/1.0 is accepted without Host', async () => {
    expect((await say('GET /list HTTP/1.0\r\n\r\n')).map(({ status }) => status)).toEqual([200]);
  });
});

describe('a connection', () => {
  it('gets the responses to complete requests before the problem of a broken one', async () => {
    const whole =
      'POST /any HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}';
    const answers = await say(`${whole}${whole}NONSENSE\r\n\r\n`);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400]);
    expectProblem(answers[2], 'invalid-request');
  });

  it('gets one response to a request with a broken body', async () => {
    const chunked =
      'POST /any HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
    const answers = await say('GET /list HTTP/1.1\r\nhost: a\r\n\r\n', `${chunked}2\r\n{}\r\n`, 'zz\r\n');
    expect(answers.map(({ status }) => status)).toEqual([200, 400]);
    expectProblem(answers[1], 'invalid-request');
  });

  it('gets the response to a GET before the problem of its body', async () => {
    const chunked = 'GET /list HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n';
    expect((await say(`${chunked}zz\r\n`)).map(({ status }) => status)).toEqual([200, 400]);
  });

  it('is closed when a body does not end', async () => {
    const head =
      'POST /any HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000000000\r\n\r\n';
    const answers = await say(head, ...Array.from({ length: 80 }, () => ' '.repeat(1_048_576)));
    // The reset may overtake the answer.
    expect(answers.map(({ status }) => status)).not.toContain(200);
  });

  it('is closed after CONNECT, whatever the client has sent after it', async () => {
    const connect = ['CONNECT a:443 HTTP/1.1\r\nhost: a:443\r\n\r\n', ...'what would be tunnelled'.split('')];
    for (let n = 0; n < 20; n += 1) await say(...connect);
    await noneOpen();
  });

  it('is closed after an Upgrade request, which gets a normal response', async () => {
    const upgrade = 'GET /list HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';
    expect((await say(`${upgrade}${LAST}`)).map(({ status }) => status)).toEqual([200]);
  });
});

it.each(['keep-alive', 'close'])(
  'a client that sends the whole body before it reads gets 413: Connection: %s',
  async (connection) => {
    const body = ' '.repeat(20_000_000);
    const head = `POST /any HTTP/1.1\r\nhost: a\r\nconnection: ${connection}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    const answers = await converse(http.port, [Buffer.from(head), Buffer.from(body)], { sendsAll: true });
    expect(answers.map(({ status }) => status)).toEqual([413]);
    expectProblem(answers[0], 'content-too-large');
  },
);

it('a connection is released when the client leaves after a body that is too long', async () => {
  const head =
    'POST /any HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 20000000\r\n\r\n';
  const answers = await converse(http.port, [Buffer.from(head), Buffer.from(' '.repeat(2_000_000))], {
    cutOff: true,
  });
  expect(answers.map(({ status }) => status)).toEqual([413]);
  await noneOpen();
});

describe('header fields', () => {
  const fields = (count: number) => Array.from({ length: count }, () => ['a', '']).flat();

  it('are all read: the 100th field is a second credential', async () => {
    // The client adds Host, and Connection.
    const sent = ['X-API-Key', 'k', ...fields(96), 'X-API-Key', 'k'];
    const answer = await http.send('GET', '/context', sent);
    expect(answer.json().credential).toEqual({ kind: 'unusable' });
  });

  it.each([99, 3_000])('beyond 100 get 431: %i fields', async (count) => {
    const answer = await http.send('GET', '/context', fields(count));
    expect([answer.status, answer.json().code]).toEqual([431, 'headers-too-large']);
  });
});

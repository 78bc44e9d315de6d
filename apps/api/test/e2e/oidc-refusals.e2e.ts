import { createServer, type RequestListener, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { TestApp } from '../support/app.js';
import { holdTime, startTime } from '../support/clock.js';
import {
  abortAtProvider,
  begin,
  finish,
  ofTheConsole,
  REDIRECT_URI,
  refusalsWhere,
  signInAtProvider,
  signInWith,
  startWithProvider,
} from '../support/oidc-browser.js';
import {
  CLIENT_SECRET,
  ID_TOKEN_SECONDS,
  listenAsProvider,
  type OpenIdProvider,
} from '../support/openid-provider.mjs';
import { call, listen } from '../support/registry.js';

const RULES = [{ claim: 'groups', value: 'admins', role: 'ADMIN' as const }];
const LOGIN = 'ada';

let provider: OpenIdProvider;
let test: TestApp;
/** what the server has logged since `listenToLog` */
let said: { message: string; requestId: string; code: string; detail?: string }[];

beforeAll(async () => {
  provider = await listenAsProvider();
  provider.people.set(LOGIN, { name: 'Ada', groups: ['admins'] });
  await provider.serve({ redirectUris: [REDIRECT_URI] });
  test = await startWithProvider(provider.issuer, RULES);
  await listen(test);
});

afterEach(() => {
  startTime();
  Logger.overrideLogger(false);
});

afterAll(async () => {
  await test?.close();
  await provider?.close();
});

function listenToLog(): void {
  said = [];
  Logger.overrideLogger({
    log: () => undefined,
    error: (line) => said.push(line),
    warn: (line) => said.push(line),
  });
}

async function codeOf(answer: ReturnType<typeof call>): Promise<string> {
  const { status, body, headers } = await answer;
  if (status >= 400) expect(headers['set-cookie']).toBeUndefined();
  return body.code === undefined ? String(status) : `${status} ${body.code}`;
}

describe('a sign-in is refused', () => {
  it('with the state of another sign-in, also of the same person', async () => {
    const mine = await begin(test);
    const theirs = await begin(test);
    const query = await signInAtProvider(theirs.url, LOGIN);
    expect(await codeOf(finish(test, query, mine.cookie))).toBe('401 sign-in-failed');
    // The code is not used up by that.
    expect(await codeOf(finish(test, query, theirs.cookie))).toBe('201');
  });

  it('in a browser that has begun none: a link cannot sign a person in as another one', async () => {
    const { url } = await begin(test);
    const query = await signInAtProvider(url, LOGIN);
    const address = '198.51.100.40';
    const answer = await finish(test, query, '', { 'X-Forwarded-For': address });
    expect([answer.status, answer.body.code]).toEqual([401, 'sign-in-failed']);
    expect(answer.body.detail).toBe(
      'This browser has begun no sign-in, or more than 10 minutes ago. Start the sign-in again.',
    );
    expect(await refusalsWhere(test, 'source_ip = $1', [address])).toMatchObject([
      { actorType: 'ANONYMOUS', action: 'auth.denied', outcome: 'DENIED' },
    ]);
  });

  it.each([
    ['changed', (cookie: string) => `${cookie.slice(0, -2)}AA`],
    ['of another name', (cookie: string) => cookie.replace('__Host-oidc', 'oidc')],
    ['no JWT', () => '__Host-oidc=nonsense'],
    ['empty', () => '__Host-oidc='],
    ['signed, not encrypted', () => '__Host-oidc=eyJhbGciOiJub25lIn0.eyJzdGF0ZSI6IngifQ.'],
  ])('with a cookie that is %s', async (_, change) => {
    const { url, cookie } = await begin(test);
    const query = await signInAtProvider(url, LOGIN);
    expect(await codeOf(finish(test, query, change(cookie)))).toBe('401 sign-in-failed');
  });

  it('more than 10 minutes after it began', async () => {
    const { url, cookie } = await begin(test);
    const query = await signInAtProvider(url, LOGIN);
    const now = Date.now();
    jest.useFakeTimers({ now: now + 601_000, doNotFake: [...UNTOUCHED] });
    expect(await codeOf(finish(test, query, cookie))).toBe('401 sign-in-failed');
  });

  it.each(['nonce', 'code_challenge'])('if its %s was exchanged on the way to the provider', async (name) => {
    const { url, cookie } = await begin(test);
    url.searchParams.set(name, (await begin(test)).url.searchParams.get(name) ?? '');
    const query = await signInAtProvider(url, LOGIN);
    expect(await codeOf(finish(test, query, cookie))).toBe('401 sign-in-failed');
  });

  it('with a code that was used', async () => {
    const { url, cookie } = await begin(test);
    const query = await signInAtProvider(url, LOGIN);
    expect(await codeOf(finish(test, query, cookie))).toBe('201');
    expect(await codeOf(finish(test, query, cookie))).toBe('401 sign-in-failed');
  });

  it.each([
    ['another issuer', (query: URLSearchParams) => query.set('iss', 'https://evil.example')],
    ['no issuer', (query: URLSearchParams) => query.delete('iss')],
    ['no code', (query: URLSearchParams) => query.delete('code')],
    ['two states', (query: URLSearchParams) => query.append('state', query.get('state') ?? '')],
  ])('if the answer names %s', async (_, change) => {
    const { url, cookie } = await begin(test);
    const query = new URLSearchParams(await signInAtProvider(url, LOGIN));
    change(query);
    expect(await codeOf(finish(test, query.toString(), cookie))).toBe('401 sign-in-failed');
  });

  it('if the person gives up at the provider', async () => {
    const { url, cookie } = await begin(test);
    const query = await abortAtProvider(url);
    expect(query).toContain('error=access_denied');
    expect(await codeOf(finish(test, query, cookie))).toBe('403 sign-in-refused');
  });

  it('at another origin than the one that began it', async () => {
    const { url, cookie } = await begin(test);
    const query = await signInAtProvider(url, LOGIN);
    const elsewhere = finish(test, query, cookie, { Origin: 'https://other.example' });
    expect(await codeOf(elsewhere)).toBe('401 sign-in-failed');
  });

  it('if the query is too long', async () => {
    expect(await codeOf(finish(test, 'x'.repeat(4_097), ''))).toBe('400 invalid-request');
  });
});

describe.each(['/session/oidc', '/session/oidc/callback'])('POST %s', (path) => {
  it.each([
    ['a page of another port', { 'Sec-Fetch-Site': 'same-site' }, '403 cross-site-request'],
    ['a page of another site', { 'Sec-Fetch-Site': 'cross-site' }, '403 cross-site-request'],
    ['a page without an origin', { Origin: 'null' }, '403 cross-site-request'],
    ['http', { 'Sec-Fetch-Site': [], Origin: 'http://registry.example' }, '403 https-required'],
  ])('is refused from %s', async (_, headers, expected) => {
    const answer = call(test, 'post', path, {
      headers: { ...ofTheConsole(), ...headers },
      ...(path.endsWith('callback') && { body: { query: 'code=unknown' } }),
    });
    expect(await codeOf(answer)).toBe(expected);
  });
});

describe('failed sign-ins', () => {
  it('use up the failures of their address, as wrong keys do', async () => {
    holdTime();
    const from = { 'X-Forwarded-For': '198.51.100.30' };
    const codes = [];
    for (let count = 0; count < 31; count++) codes.push(await codeOf(finish(test, 'code=x', '', from)));
    expect(new Set(codes.slice(0, 30))).toEqual(new Set(['401 sign-in-failed']));
    expect(codes[30]).toBe('429 too-many-failures');
    const begun = call(test, 'post', '/session/oidc', { headers: { ...ofTheConsole(), ...from } });
    expect(await codeOf(begun)).toBe('429 too-many-failures');
    expect(await codeOf(signInWith(test, LOGIN))).toBe('201');
  });
});

describe('the clock of the provider', () => {
  afterAll(() => provider.serve({ redirectUris: [REDIRECT_URI] }));

  it.each([
    ['20 s', 20],
    ['an hour', 3_600],
  ])('may be %s ahead', async (_, clockOffsetSeconds) => {
    await provider.serve({ redirectUris: [REDIRECT_URI], clockOffsetSeconds });
    expect(await codeOf(signInWith(test, LOGIN))).toBe('201');
  });

  it('may be 30 s late, and the log says if it is later', async () => {
    const late = async (seconds: number) => {
      const clockOffsetSeconds = -ID_TOKEN_SECONDS - seconds;
      await provider.serve({ redirectUris: [REDIRECT_URI], clockOffsetSeconds });
      return await codeOf(signInWith(test, LOGIN));
    };
    expect(await late(15)).toBe('201');
    listenToLog();
    expect(await late(60)).toBe('401 sign-in-failed');
    expect(said).toMatchObject([{ code: 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED' }]);
  });
});

describe('a fault of the provider', () => {
  it('is 502, and logged once with the request id and no secret: it refuses the client', async () => {
    await provider.serve({ redirectUris: [REDIRECT_URI], clientSecret: 'another-secret' });
    const { url, cookie } = await begin(test);
    const query = await signInAtProvider(url, LOGIN);
    listenToLog();
    const answer = await finish(test, query, cookie, { 'X-Request-Id': 'from-the-test' });
    await provider.serve({ redirectUris: [REDIRECT_URI] });
    expect([answer.status, answer.body.code]).toEqual([502, 'provider-unavailable']);
    expect(said).toMatchObject([{ requestId: 'from-the-test', code: expect.stringMatching(/^OAUTH_/) }]);
    const code = new URLSearchParams(query).get('code') ?? '';
    for (const secret of [CLIENT_SECRET, code, cookie.slice(12), url.searchParams.get('state') ?? '']) {
      expect(JSON.stringify(said)).not.toContain(secret);
      expect(answer.text).not.toContain(secret);
    }
  });

  it.each([
    ['temporarily_unavailable', '502 provider-unavailable'],
    ['unauthorized_client', '502 provider-unavailable'],
    ['login_required', '403 sign-in-refused'],
  ])('in its answer, %s, is 403 if it concerns the person, and else 502', async (error, expected) => {
    const { url, cookie } = await begin(test);
    const query = new URLSearchParams({
      error,
      error_description: 'text of the provider\r\nwith a line',
      state: url.searchParams.get('state') ?? '',
      iss: provider.issuer,
    });
    listenToLog();
    const answer = await finish(test, query.toString(), cookie);
    expect(`${answer.status} ${answer.body.code}`).toBe(expected);
    expect(said.map(({ detail }) => detail)).toEqual(expected.startsWith('502') ? [error] : []);
    expect(answer.text + JSON.stringify(said)).not.toContain('text of the provider');
  });

  it('ends with it: a metadata request that failed is not remembered', async () => {
    let answer: RequestListener = (_, response) => response.writeHead(503).end();
    const faulty = await serverWith((request, response) => answer(request, response));
    const behind = await startWithProvider(faulty.issuer, RULES);
    try {
      listenToLog();
      const start = () => codeOf(call(behind, 'post', '/session/oidc', { headers: ofTheConsole() }));
      expect(await start()).toBe('502 provider-unavailable');
      for (const [type, body] of [
        ['text/html', '<p>a page of a proxy</p>'],
        ['application/json', '{'],
        ['application/json', JSON.stringify({ issuer: 'https://evil.example' })],
        ['application/json', JSON.stringify({ issuer: faulty.issuer })],
      ] as const) {
        answer = (_, response) => response.writeHead(200, { 'content-type': type }).end(body);
        expect(await start()).toBe('502 provider-unavailable');
      }
      // A provider that takes the connection and never answers.
      answer = () => undefined;
      expect(await start()).toBe('502 provider-unavailable');
      const metadata = {
        issuer: faulty.issuer,
        authorization_endpoint: `${faulty.issuer}/authorize`,
        token_endpoint: `${faulty.issuer}/token`,
        jwks_uri: `${faulty.issuer}/keys`,
      };
      answer = (_, response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(metadata));
      expect(await start()).toBe('200');
      expect(said.map(({ code }) => code)).toEqual([
        'OAUTH_RESPONSE_IS_NOT_CONFORM',
        'OAUTH_RESPONSE_IS_NOT_JSON',
        'OAUTH_PARSE_ERROR',
        'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
        'METADATA_INCOMPLETE',
        'OAUTH_TIMEOUT',
      ]);
    } finally {
      await behind.close();
      faulty.server.closeAllConnections();
      faulty.server.close();
    }
  });

  it('is that it is away: before the sign-in, and between its beginning and its end', async () => {
    const away = await serverWith(() => undefined);
    away.server.close();
    const behind = await startWithProvider(away.issuer, RULES);
    try {
      listenToLog();
      const answer = await call(behind, 'post', '/session/oidc', { headers: ofTheConsole() });
      expect(`${answer.status} ${answer.body.code}`).toBe('502 provider-unavailable');
      expect(answer.body.detail).toBe(
        `${new URL(away.issuer).host} does not answer, or not as an OpenID provider does. An access key still works.`,
      );
      expect(said).toMatchObject([{ code: 'ECONNREFUSED', requestId: answer.body.requestId }]);
    } finally {
      await behind.close();
    }
    const { url, cookie } = await begin(test);
    const query = await signInAtProvider(url, LOGIN);
    await provider.close();
    expect(await codeOf(finish(test, query, cookie))).toBe('502 provider-unavailable');
  });
});

/** All but `Date`. */
const UNTOUCHED = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;

async function serverWith(answer: RequestListener): Promise<{ server: Server; issuer: string }> {
  const server = createServer(answer);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return { server, issuer: `http://127.0.0.1:${address.port}` };
}

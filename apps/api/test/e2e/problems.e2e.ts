import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PROBLEMS } from '../../src/common/problems/catalogue.js';
import { type HttpFixture, startHttpFixture } from './http-fixture.js';

describe('problems', () => {
  let http: HttpFixture;
  beforeAll(async () => {
    http = await startHttpFixture();
  });
  afterAll(() => http.close());

  it('return the members of a domain error, which cannot replace the standard members', async () => {
    const answer = await http.send('GET', '/refused', ['X-Request-Id', 'r-1']);
    expect(answer.status).toBe(429);
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.json()).toEqual({
      type: '/problems/rate-limited',
      title: PROBLEMS['rate-limited'].title,
      status: 429,
      detail: 'The limit is used up.',
      code: 'rate-limited',
      requestId: 'r-1',
      limit: 100,
    });
  });

  it('pass a refusal with its caller to the log', async () => {
    await http.send('GET', '/refused', ['X-Request-Id', 'r-2']);
    expect(http.refusals.records.at(-1)).toMatchObject({
      refusal: { action: 'rate.limited', reason: 'rate-limited' },
      who: { requestId: 'r-2', sourceAddress: '127.0.0.1' },
    });
  });

  it('return WWW-Authenticate with a 401', async () => {
    const answer = await http.send('GET', '/unauthenticated');
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([
      401,
      'Bearer realm="coordinator-registry"',
    ]);
  });

  it('refuse a route without a declaration of access, and record it', async () => {
    const answer = await http.send('POST', '/undeclared');
    expect([answer.status, answer.json().code]).toEqual([403, 'route-undeclared']);
    expect(http.refusals.records.at(-1)?.refusal.reason).toBe('route-undeclared');
  });

  it('hide the details of an unexpected error', async () => {
    const answer = await http.send('GET', '/broken');
    expect([answer.status, answer.json().code]).toEqual([500, 'internal-error']);
    expect(answer.text).not.toContain('hunter2');
    expect(answer.text).not.toContain('stack');
  });

  it.each([
    ['GET', '/nowhere'],
    ['HEAD', '/nowhere'],
    ['OPTIONS', '/nowhere'],
    ['PROPFIND', '/nowhere'],
    ['OPTIONS', '*'],
    ['GET', '*'],
    ['GET', '*list'],
    ['POST', '*list'],
    ['GET', '/list/'],
    ['GET', '//list'],
    ['GET', '/LIST'],
  ])('%s %s answers route-not-found', async (method, path) => {
    const answer = await http.send(method, path);
    expect(answer.status).toBe(404);
    if (method !== 'HEAD') expect(answer.json().code).toBe('route-not-found');
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it.each([
    ['POST', '/list', 'GET, HEAD'],
    ['DELETE', '/list?limit=x', 'GET, HEAD'],
    ['PUT', '/names/ada', 'GET, HEAD'],
    ['PATCH', `/things/not-a-uuid`, 'GET, HEAD'],
    ['GET', '/echo', 'POST'],
    ['HEAD', '/echo', 'POST'],
    ['OPTIONS', '/list', 'GET, HEAD'],
    ['PROPFIND', '/list', 'GET, HEAD'],
    ['TRACE', '/list', 'GET, HEAD'],
  ])('%s %s answers method-not-allowed, with Allow: %s', async (method, path, allow) => {
    const answer = await http.send(method, path);
    expect([answer.status, answer.headers.allow]).toEqual([405, allow]);
    if (method !== 'HEAD') expect(answer.json()).toMatchObject({ status: 405, code: 'method-not-allowed' });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('answer route-not-found for any query and body', async () => {
    const answer = await http.send('POST', '/nowhere?%ff', ['content-type', 'text/plain'], 'x');
    expect([answer.status, answer.json().code]).toEqual([404, 'route-not-found']);
  });

  it('carry no-store and nosniff, and do not name the server', async () => {
    for (const path of ['/list', '/nowhere', '/broken', '/names/%']) {
      const { headers } = await http.send('GET', path);
      expect(headers).toMatchObject({ 'cache-control': 'no-store' });
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
      expect(headers.server).toBeUndefined();
      expect(headers['x-powered-by']).toBeUndefined();
    }
  });

  it('ignore an unknown Expect header', async () => {
    expect((await http.send('GET', '/list', ['expect', 'wonders'])).status).toBe(200);
  });

  it.each(Object.keys(PROBLEMS))('GET /problems/%s returns HTML or JSON', async (code) => {
    const page = await http.send('GET', `/problems/${code}`, ['accept', 'text/html,*/*']);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.text).toContain(code);
    const json = await http.send('GET', `/problems/${code}`, ['accept', 'application/json']);
    expect(json.json()).toMatchObject({ code, type: `/problems/${code}` });
  });

  it.each(['nonsense', 'toString', '__proto__'])('GET /problems/%s answers not-found', async (code) => {
    const answer = await http.send('GET', `/problems/${code}`);
    expect([answer.status, answer.json().code]).toEqual([404, 'not-found']);
  });

  it('GET / redirects to the documentation, also behind a proxy with a path prefix', async () => {
    for (const method of ['GET', 'HEAD']) {
      const { status, headers, text } = await http.send(method, '/');
      expect([status, text, headers['content-type']]).toEqual([302, '', undefined]);
      const { location = '' } = headers;
      expect(new URL(location, 'https://example.org/').pathname).toBe('/docs');
      expect(new URL(location, 'https://example.org/registry/').pathname).toBe('/registry/docs');
    }
  });

  it('GET /openapi.json returns the document, and /docs loads nothing from other hosts', async () => {
    expect((await http.send('GET', '/openapi.json')).json()).toMatchObject({ openapi: '3.1.0' });
    const page = await http.send('GET', '/docs');
    const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links).toHaveLength(4);
    for (const link of links) expect((await http.send('GET', `/${link}`)).status).toBe(200);
    for (const path of [
      '/openapi.json',
      '/docs',
      '/docs/start.js',
      '/docs/swagger-ui.css',
      '/problems/not-found',
    ]) {
      const { headers } = await http.send('GET', path);
      expect([path, headers.etag]).toEqual([path, expect.stringMatching(/^"[\w-]{43}"$/)]);
      const tag = String(headers.etag);
      for (const tags of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
        const again = await http.send('GET', path, ['if-none-match', tags]);
        expect([again.status, again.text, again.headers.etag]).toEqual([304, '', tag]);
      }
      expect((await http.send('GET', path, ['if-none-match', '"other"'])).status).toBe(200);
    }
    for (const path of ['/docs/package.json', '/docs/..%2fpackage.json']) {
      expect((await http.send('GET', path)).status).toBe(404);
    }
  });
});

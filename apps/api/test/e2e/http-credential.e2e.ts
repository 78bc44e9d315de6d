import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HttpFixture, startHttpFixture } from './http-fixture.js';

describe('request context', () => {
  let http: HttpFixture;
  beforeAll(async () => {
    http = await startHttpFixture();
  });
  afterAll(() => http.close());

  async function credentialOf(...headers: string[]): Promise<unknown> {
    return (await http.send('GET', '/context', headers)).json().credential;
  }

  it.each([
    ['X-API-Key', 'k-1', 'x-api-key'],
    ['x-api-key', 'k-1', 'x-api-key'],
    ['X-Api-KEY', 'k-1', 'x-api-key'],
    ['Authorization', 'Bearer k-1', 'bearer'],
    ['authorization', 'bearer   k-1', 'bearer'],
  ])('reads the credential from %s: %s', async (name, value, scheme) => {
    expect(await credentialOf(name, value)).toEqual({ kind: 'presented', value: 'k-1', scheme });
  });

  it('has no credential without a header', async () => {
    expect(await credentialOf()).toEqual({ kind: 'none' });
  });

  it.each(['Basic dXNlcjpwYXNz', 'basic   dXNlcjpwYQ==', `Basic ${'a'.repeat(2_000)}`])(
    'ignores %.30s, which belongs to a proxy',
    async (basic) => {
      expect(await credentialOf('Authorization', basic)).toEqual({ kind: 'none' });
      const key = { kind: 'presented', value: 'k-1', scheme: 'x-api-key' };
      expect(await credentialOf('Authorization', basic, 'X-API-Key', 'k-1')).toEqual(key);
      expect(await credentialOf('X-API-Key', 'k-1', 'Authorization', basic)).toEqual(key);
    },
  );

  it.each<[string, string[]]>([
    ['an empty header', ['X-API-Key', '']],
    ['blanks', ['X-API-Key', '   ']],
    ['an empty Bearer', ['Authorization', 'Bearer ']],
    ['another scheme', ['Authorization', 'Digest dXNlcjpwYXNz']],
    ['a scheme that begins like Basic', ['Authorization', 'Basically dXNlcjpwYXNz']],
    ['Basic without credentials', ['Authorization', 'Basic ']],
    ['Basic and another on one line', ['Authorization', 'Basic dXNlcjpwYXNz, Bearer k-1']],
    ['Basic and a bearer', ['Authorization', 'Basic dXNlcjpwYXNz', 'Authorization', 'Bearer k-1']],
    ['a bearer and Basic', ['Authorization', 'Bearer k-1', 'Authorization', 'Basic dXNlcjpwYXNz']],
    ['Basic twice', ['Authorization', 'Basic dXNlcjpwYXNz', 'Authorization', 'Basic dXNlcjpwYXNz']],
    [
      'a key beside Basic twice',
      ['X-API-Key', 'k-1', 'Authorization', 'Basic dXNlcjpwYXNz', 'Authorization', 'Basic dXNlcjpwYXNz'],
    ],
    ['a bare key as Authorization', ['Authorization', 'k-1']],
    ['two keys in one header', ['X-API-Key', 'k-1, k-2']],
    ['a doubled X-API-Key', ['X-API-Key', 'k-1', 'X-API-Key', 'k-1']],
    ['a doubled Authorization', ['Authorization', 'Bearer k-1', 'Authorization', 'Bearer k-1']],
    ['both headers at once', ['X-API-Key', 'k-1', 'Authorization', 'Bearer k-1']],
    ['both headers at once, one empty', ['X-API-Key', 'k-1', 'Authorization', '']],
    ['more than 512 characters', ['X-API-Key', 'k'.repeat(513)]],
  ])('marks %s as unusable', async (_, headers) => {
    expect(await credentialOf(...headers)).toEqual({ kind: 'unusable' });
  });

  it('empties every header of the request that has a credential', async () => {
    const answer = await http.send('GET', '/context', [
      'X-API-Key',
      'hunter2',
      'X-Api-Key',
      'hunter2',
      'X-Other',
      'kept',
    ]);
    expect(answer.text).not.toContain('hunter2');
    expect(answer.json()).toMatchObject({
      rawHeaders: expect.arrayContaining(['X-API-Key', '', 'X-Api-Key', '', 'X-Other', 'kept']),
      headers: { 'x-api-key': '', 'x-other': 'kept' },
      distinct: { 'x-api-key': ['', ''], 'x-other': ['kept'] },
    });
    const bearer = await http.send('GET', '/context', [
      'Authorization',
      'Basic hunter2',
      'Authorization',
      'hunter2',
    ]);
    expect(bearer.text).not.toContain('hunter2');
    expect(bearer.json()).toMatchObject({
      headers: { authorization: '' },
      distinct: { authorization: ['', ''] },
    });
    const basic = await http.send('GET', '/context', ['Authorization', 'Basic hunter2']);
    expect(basic.text).not.toContain('hunter2');
    expect(basic.json()).toMatchObject({ headers: { authorization: '' } });
    const session = await http.send('GET', '/context', [
      'Cookie',
      '__Host-session=hunter2',
      'Cookie',
      'a=1; __Host-session=hunter2',
    ]);
    expect(session.text).not.toContain('hunter2');
    expect(session.json()).toMatchObject({
      rawHeaders: expect.arrayContaining(['Cookie', '', 'Cookie', 'a=1']),
      headers: { cookie: 'a=1' },
      distinct: { cookie: ['', 'a=1'] },
    });
  });

  it('uses a valid X-Request-Id and returns it', async () => {
    const answer = await http.send('GET', '/context', ['X-Request-Id', 'trace_1.a-B']);
    expect(answer.headers['x-request-id']).toBe('trace_1.a-B');
    expect(answer.json().requestId).toBe('trace_1.a-B');
  });

  it.each([
    ['with a space', ['X-Request-Id', 'a b']],
    ['of 129 characters', ['X-Request-Id', 'a'.repeat(129)]],
    ['that is empty', ['X-Request-Id', '']],
    ['given twice', ['X-Request-Id', 'a', 'X-Request-Id', 'b']],
  ])('generates an id for an X-Request-Id %s', async (_, headers) => {
    const answer = await http.send('GET', '/context', headers);
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('returns the X-Request-Id for an unknown route', async () => {
    expect((await http.send('GET', '/nowhere', ['X-Request-Id', 'a-1'])).headers['x-request-id']).toBe('a-1');
  });

  it('cuts the user agent, and ignores forwarded addresses by default', async () => {
    const answer = await http.send('GET', '/context', [
      'User-Agent',
      'u'.repeat(600),
      'X-Forwarded-For',
      '203.0.113.9',
    ]);
    expect(answer.json()).toMatchObject({ userAgent: 'u'.repeat(512), sourceAddress: '127.0.0.1' });
  });

  it.each([
    ['127.0.0.1/8', '203.0.113.9', '203.0.113.9'],
    ['loopback', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['true', '198.51.100.1, 203.0.113.9', '198.51.100.1'],
    ['1', '198.51.100.1, 203.0.113.9', '203.0.113.9'],
    ['true', '::ffff:203.0.113.9', '203.0.113.9'],
    ['true', 'fe80::1%eth0', 'fe80::1'],
    ['true', '203.0.113.9:4711', '203.0.113.9'],
    ['true', '[2001:db8::1]:4711', '2001:db8::1'],
    ['true', '[2001:db8::1]', '2001:db8::1'],
    ['true', '[::ffff:203.0.113.9]:80', '203.0.113.9'],
    ['127.0.0.1/8', '203.0.113.9:4711, 127.0.0.9:80', '203.0.113.9'],
    ['2', '198.51.100.1, 203.0.113.9:1, 10.0.0.1', '203.0.113.9'],
    ['true', 'not an address', null],
    ['true', 'unknown', null],
    ['true', '203.0.113.9:', null],
    ['true', '203.0.113.256', null],
    ['true', '[203.0.113.9', null],
    ['127.0.0.1/8', '203.0.113.9, _hidden', null],
    ['1', '203.0.113.9, nonsense', null],
    ['10.0.0.0/8', '203.0.113.9', '127.0.0.1'],
  ])('with TRUST_PROXY=%s, X-Forwarded-For: %s means %s', async (trust, forwarded, expected) => {
    const proxied = await startHttpFixture({ TRUST_PROXY: trust });
    const answer = await proxied.send('GET', '/context', ['X-Forwarded-For', forwarded]);
    await proxied.close();
    expect(answer.json().sourceAddress).toBe(expected);
  });

  it.each([
    ['loopback', ['Forwarded', 'for=198.51.100.1', 'forwarded', 'for="203.0.113.9:80"'], '203.0.113.9'],
    ['1', ['X-Forwarded-For', '198.51.100.1', 'X-Forwarded-For', '203.0.113.9'], '203.0.113.9'],
    ['2', ['Forwarded', 'for=203.0.113.9, for=_proxy'], '203.0.113.9'],
    ['true', ['Forwarded', 'for=203.0.113.9', 'X-Forwarded-For', '203.0.113.9'], '203.0.113.9'],
    ['true', ['Forwarded', 'for=203.0.113.9', 'X-Forwarded-For', '198.51.100.1'], null],
    ['true', ['Forwarded', ''], null],
    ['true', ['X-Real-IP', '203.0.113.9'], null],
    ['true', [], '127.0.0.1'],
    ['false', ['Forwarded', 'for=203.0.113.9', 'Via', '1.1 proxy'], '127.0.0.1'],
    ['10.0.0.0/8', ['Forwarded', 'for=203.0.113.9'], '127.0.0.1'],
  ])('with TRUST_PROXY=%s, %j means %s', async (trust, headers, expected) => {
    const proxied = await startHttpFixture({ TRUST_PROXY: trust });
    const answer = await proxied.send('GET', '/context', headers);
    await proxied.close();
    expect(answer.json().sourceAddress).toBe(expected);
  });
});

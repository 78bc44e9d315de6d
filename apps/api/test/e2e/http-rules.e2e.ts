import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeCursor } from '../../src/common/pagination/cursor.js';
import { type Answer, type HttpFixture, startHttpFixture } from './http-fixture.js';

const JSON_TYPE = ['content-type', 'application/json'];

function nested(levels: number): string {
  return `${'['.repeat(levels)}${']'.repeat(levels)}`;
}

function wide(members: number): string {
  return JSON.stringify(Object.fromEntries(Array.from({ length: members }, (_, at) => [`m${at}`, 1])));
}

function long(elements: number): string {
  return JSON.stringify(Array.from({ length: elements }, () => 1));
}

describe('every request', () => {
  let http: HttpFixture;
  beforeAll(async () => {
    http = await startHttpFixture();
  });
  afterAll(() => http.close());

  const post = (path: string, body: string | Buffer, headers: string[] = JSON_TYPE) =>
    http.send('POST', path, headers, body);

  function expectProblem(answer: Answer, status: number, code: string): void {
    expect([answer.status, answer.text.slice(0, 400)]).toEqual([
      status,
      expect.stringContaining(`"${code}"`),
    ]);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({ code, status, requestId: answer.headers['x-request-id'] });
  }

  describe('bodies', () => {
    it.each([
      ['cut off', '{"a":'],
      ['not JSON', 'a=1'],
      ['NaN', '{"a":NaN}'],
      ['two texts', '{} {}'],
    ])('%s answers malformed-json', async (_, body) => {
      expectProblem(await post('/any', body), 400, 'malformed-json');
    });

    it('an empty body counts as no body, for any Content-Type', async () => {
      const answer = await post('/any', '');
      expect([answer.status, answer.json().body]).toEqual([200, undefined]);
    });

    it('bytes that are not UTF-8 answer malformed-json', async () => {
      expectProblem(await post('/any', Buffer.from([0x22, 0xff, 0xfe, 0x22])), 400, 'malformed-json');
    });

    it.each([
      ['NUL in a string', '{"a":["b\\u0000"]}'],
      ['NUL in a member name', '{"a\\u0000":1}'],
      ['half a surrogate pair', '{"a":"\\ud83d"}'],
      ['half a surrogate pair in a member name', '{"\\udc00":1}'],
      ['a number out of range', '{"a":1e131072}'],
      ['a negative number out of range', '{"a":-1e131072}'],
      ['65 levels', nested(65)],
      ['100,000 levels', nested(100_000)],
      ['10,001 members', wide(10_001)],
      ['100,001 values', long(100_001)],
      ['__proto__', '{"a":{"__proto__":{"b":1}}}'],
      ['constructor.prototype', '{"a":{"constructor":{"prototype":{"b":1}}}}'],
    ])('%s answers invalid-request', async (_, body) => {
      expectProblem(await post('/any', body), 400, 'invalid-request');
    });

    it.each([
      ['64 levels', nested(64)],
      ['10,000 members', wide(10_000)],
      ['100,000 values', long(100_000)],
      ['JSON punctuation in a string', JSON.stringify('[{:,"\\'.repeat(20_000))],
      ['a whole surrogate pair', '{"a":"\\ud83d\\ude00"}'],
      ['a member named constructor', '{"constructor":"ACME"}'],
      ['a scalar', '1'],
    ])('accepts %s', async (_, body) => {
      const answer = await post('/any', body);
      expect([answer.status, answer.json().body]).toEqual([200, JSON.parse(body)]);
    });

    it('accepts 1 MiB, and answers content-too-large above it', async () => {
      const fits = `"${'a'.repeat(1_048_574)}"`;
      expect((await post('/any', fits)).status).toBe(200);
      expectProblem(await post('/any', `${fits} `), 413, 'content-too-large');
    });

    it('answers content-too-large above 16 KiB where the route declares no larger limit', async () => {
      const fits = `"${'a'.repeat(16_382)}"`;
      expect((await post('/small', fits)).status).toBe(200);
      const answer = await post('/small', `${fits} `);
      expectProblem(answer, 413, 'content-too-large');
      expect(answer.json().limit).toBe(16_384);
    });

    it('accepts one member of 256 KiB, and answers content-too-large above it', async () => {
      const body = (length: number) => JSON.stringify({ name: 'a', metadata: { a: 'b'.repeat(length - 8) } });
      expect((await post('/echo', body(262_144))).status).toBe(200);
      expectProblem(await post('/echo', body(262_145)), 413, 'content-too-large');
    });

    it.each([
      ['application/x-www-form-urlencoded', 'a=1'],
      ['text/plain', '{}'],
      ['multipart/form-data; boundary=x', '--x--'],
      ['application/json5', '{}'],
      ['nonsense', '{}'],
    ])('%s answers unsupported-media-type', async (type, body) => {
      expectProblem(await post('/any', body, ['content-type', type]), 415, 'unsupported-media-type');
    });

    it('a missing Content-Type answers unsupported-media-type', async () => {
      expectProblem(await post('/any', '{}', []), 415, 'unsupported-media-type');
    });

    it('accepts a charset in Content-Type, and a POST without a body', async () => {
      expect((await post('/any', '{}', ['content-type', 'Application/JSON; charset=UTF-8'])).status).toBe(
        200,
      );
      expect((await http.send('POST', '/any')).status).toBe(200);
    });

    it('answers route-undeclared before the body is read', async () => {
      expectProblem(await post('/undeclared', '{'), 403, 'route-undeclared');
    });
  });

  describe('members', () => {
    async function errorsOf(body: unknown): Promise<unknown[]> {
      const answer = await post('/echo', JSON.stringify(body));
      expectProblem(answer, 400, 'invalid-request');
      const { errors } = answer.json();
      return Array.isArray(errors) ? errors.map((it: { member: string }) => it.member) : [];
    }

    it('names each member with an error', async () => {
      expect(await errorsOf({ priority: 101, repositories: ['a/b', 'a'] })).toEqual(
        expect.arrayContaining(['name', 'priority', 'repositories']),
      );
    });

    it('names the first 10 unknown members, and validates no other', async () => {
      const unknown = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`extra${at}`, 1]));
      expect(await errorsOf({ priority: 101, ...unknown })).toEqual(Object.keys(unknown).slice(0, 10));
    });

    it.each(['toString', 'constructor', 'hasOwnProperty', 'valueOf'])(
      'refuses the unknown member %s',
      async (member) => {
        expect(await errorsOf({ name: 'a', [member]: 1 })).toEqual([member]);
      },
    );

    it('masks a key that was sent as the name of a member', async () => {
      const key = `crk_${'k'.repeat(16)}_${'s'.repeat(49)}`;
      expect(await errorsOf({ name: 'a', [key]: 1 })).toEqual(['crk_…']);
    });

    it.each<[string, unknown]>([
      ['null in an optional member', { name: 'a', priority: null }],
      ['a number in a string', { name: 'a', priority: '1' }],
      ['a fraction', { name: 'a', priority: 1.5 }],
      ['a string in place of an array', { name: 'a', repositories: 'a/b' }],
      ['an array in place of an object', { name: 'a', metadata: [] }],
      ['a time in the past', { name: 'a', expiresAt: '2020-01-01T00:00:00Z' }],
      ['a time without an offset', { name: 'a', expiresAt: '2120-01-01T00:00:00' }],
      ['30 February', { name: 'a', expiresAt: '2120-02-30T00:00:00Z' }],
      ['a network too narrow', { name: 'a', allowedNetworks: ['10.0.0.0/33'] }],
    ])('refuses %s', async (_, body) => {
      expect(await errorsOf(body)).toHaveLength(1);
    });

    it.each(['[]', '"a"', 'null', '1', '[{"name":"a"}]'])(
      'refuses %s in place of an object',
      async (body) => {
        expectProblem(await post('/echo', body), 400, 'invalid-request');
      },
    );

    it('keeps a free-form member unchanged', async () => {
      const metadata = {
        toString: 'a',
        constructor: 'b',
        hasOwnProperty: { valueOf: [null, { prototype: 1 }] },
        '': 0,
      };
      const answer = await post('/echo', JSON.stringify({ name: 'a', metadata }));
      expect(answer.json()).toEqual({ name: 'a', metadata });
    });

    it.each([
      { name: { constructor: 'b' } },
      { name: [{ constructor: null }] },
      { name: 'a', unknown: { constructor: 1, hasOwnProperty: 1 } },
      { name: 'a', repositories: [{ constructor: 1 }] },
      { name: 'a', allowedNetworks: { length: 1, constructor: 1 } },
    ])('refuses %j', async (body) => {
      expect(await errorsOf(body)).not.toHaveLength(0);
    });

    it('limits the size of a response to a body full of errors', async () => {
      const body = Object.fromEntries(
        Array.from({ length: 5_000 }, (_, at) => [`${'m'.repeat(150)}${at}`, 1]),
      );
      const answer = await post('/echo', JSON.stringify(body));
      expectProblem(answer, 400, 'invalid-request');
      expect(answer.text.length).toBeLessThan(50_000);
    });
  });

  describe('queries and paths', () => {
    const id = '0190b6a4-0000-7000-8000-000000000001';
    const cursor = encodeCursor({ t: '2026-02-28T12:00:00.001Z', id });

    it('has a default page size, and accepts others', async () => {
      expect((await http.send('GET', '/list')).json()).toEqual({ limit: 50, after: null });
      expect((await http.send('GET', `/list?limit=100&cursor=${cursor}`)).json()).toEqual({
        limit: 100,
        after: { t: '2026-02-28T12:00:00.001Z', id },
      });
    });

    it.each([
      'limit=0',
      'limit=101',
      'limit=-1',
      'limit=1.0',
      'limit=1e1',
      'limit=0x10',
      'limit=%2B1',
      'limit=',
      'limit=1&limit=2',
      'limit[]=1',
      'Limit=1',
      'unknown=1',
      'toString=1',
      '__proto__=1',
      'cursor=',
      'cursor=nonsense',
      `cursor=${cursor}%3D`,
      `cursor=${encodeCursor({ t: '2026-02-30T12:00:00.001Z', id })}`,
      `cursor=${encodeCursor({ t: '0000-01-01T00:00:00.000Z', id })}`,
      `cursor=${encodeCursor({ t: '2026-02-28T25:00:00.001Z', id })}`,
      'cursor=%00',
      'cursor=%',
      'cursor=%ff',
      'cursor=%ed%a0%80',
    ])('?%s answers invalid-request', async (query) => {
      expectProblem(await http.send('GET', `/list?${query}`), 400, 'invalid-request');
    });

    it.each(['/list', '/context'])('%s accepts at most 64 parameters', async (path) => {
      const query = (count: number) => Array.from({ length: count }, (_, at) => `a${at}=`).join('&');
      expect((await http.send('GET', `/context?${query(64)}`)).status).toBe(200);
      expectProblem(await http.send('GET', `${path}?${query(65)}`), 400, 'invalid-request');
      expectProblem(await http.send('GET', `${path}?${'limit=1&'.repeat(2_000)}`), 400, 'invalid-request');
    });

    it.each(['not-a-uuid', `${id}0`, id.slice(1), '%00', `${id}%00`])(
      '/things/%s answers invalid-request',
      async (path) => {
        expectProblem(await http.send('GET', `/things/${path}`), 400, 'invalid-request');
      },
    );

    it('accepts a UUID in any letter case, and returns it in lower case', async () => {
      expect((await http.send('GET', `/things/${id.toUpperCase()}`)).json()).toEqual({ id });
    });

    it.each(['%00', '%', '%ff', 'a'.repeat(129)])('/names/%s answers invalid-request', async (path) => {
      expectProblem(await http.send('GET', `/names/${path}`), 400, 'invalid-request');
    });
  });

  describe('Idempotency-Key', () => {
    it('is used unchanged', async () => {
      const key = `"${'k'.repeat(253)}"`;
      expect((await http.send('GET', '/idempotency', ['Idempotency-Key', key])).json()).toEqual({ key });
      expect((await http.send('GET', '/idempotency')).json()).toEqual({ key: null });
    });

    it.each([
      ['empty', ['Idempotency-Key', '']],
      ['an API key', ['Idempotency-Key', `crk_${'a'.repeat(16)}_${'b'.repeat(49)}`]],
      ['of 256 characters', ['Idempotency-Key', 'k'.repeat(256)]],
      ['given twice', ['Idempotency-Key', 'a', 'Idempotency-Key', 'a']],
      ['of bytes beyond ASCII', ['Idempotency-Key', 'é']],
    ])('%s answers invalid-request', async (_, headers) => {
      expectProblem(await http.send('GET', '/idempotency', headers), 400, 'invalid-request');
    });
  });
});

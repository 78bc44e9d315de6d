import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { holdsKey, type PresentedCredential, takeCredential, withoutKeys } from './credential.js';

/** A request with the raw lines, and the headers that Node has built from them before it hands the request over. */
function requestWith(...rawHeaders: string[]): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.rawHeaders = rawHeaders;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    request.headers[(rawHeaders[at] ?? '').toLowerCase()] ??= rawHeaders[at + 1];
  }
  return request;
}

const UNUSABLE: PresentedCredential = { kind: 'unusable' };

describe('takeCredential', () => {
  it.each<[string[], PresentedCredential]>([
    [['X-API-Key', 'k'], { kind: 'presented', value: 'k', scheme: 'x-api-key' }],
    [['x-aPi-kEy', '!~'], { kind: 'presented', value: '!~', scheme: 'x-api-key' }],
    [['Authorization', 'Bearer k'], { kind: 'presented', value: 'k', scheme: 'bearer' }],
    [['Authorization', 'Bearer a-key'], { kind: 'presented', value: 'a-key', scheme: 'bearer' }],
    [['AUTHORIZATION', 'bEARER   k'], { kind: 'presented', value: 'k', scheme: 'bearer' }],
    [['Accept', '*/*', 'X-API-Key', 'k'], { kind: 'presented', value: 'k', scheme: 'x-api-key' }],
    [['X-API-Key', 'k'.repeat(512)], { kind: 'presented', value: 'k'.repeat(512), scheme: 'x-api-key' }],
    [['Cookie', 'a=1; __Host-session=k; b=2'], { kind: 'presented', value: 'k', scheme: 'session' }],
    [['cookie', '__Host-session=k'], { kind: 'presented', value: 'k', scheme: 'session' }],
    [['Cookie', 'session=k; __host-session=k; x__Host-session=k'], { kind: 'none' }],
    [['Cookie', '__Host-session='], UNUSABLE],
    [['Cookie', '__Host-session'], UNUSABLE],
    [['Cookie', '__Host-session=k; __Host-session=k'], UNUSABLE],
    [['Cookie', '__Host-session=k', 'Cookie', '__Host-session=k'], UNUSABLE],
    [['Cookie', '__Host-session=k', 'X-API-Key', 'k'], UNUSABLE],
    [['Cookie', '__Host-session=k', 'Authorization', 'Bearer k'], UNUSABLE],
    [['Accept', 'Bearer k'], { kind: 'none' }],
    [[], { kind: 'none' }],
    [['X-API-Key', 'k'.repeat(513)], UNUSABLE],
    [['X-API-Key', ''], UNUSABLE],
    [['X-API-Key', ' k'], UNUSABLE],
    [['X-API-Key', 'k '], UNUSABLE],
    [['X-API-Key', 'kä'], UNUSABLE],
    [['X-API-Key', 'Bearer k'], UNUSABLE],
    [['Authorization', 'k'], UNUSABLE],
    [['Authorization', 'Bearerk'], UNUSABLE],
    [['Authorization', 'A Bearer k'], UNUSABLE],
    [['Authorization', 'Bearer '], UNUSABLE],
    [['Authorization', 'Bearer k k'], UNUSABLE],
    [['X-API-Key', 'k', 'X-API-Key', 'k'], UNUSABLE],
    [['Authorization', 'Bearer k', 'Authorization', 'Bearer k'], UNUSABLE],
    [['X-API-Key', 'k', 'Authorization', 'Bearer k'], UNUSABLE],
    [['X-API-Key', 'k', 'Authorization', ''], UNUSABLE],
  ])('reads %j as %j', (rawHeaders, credential) => {
    expect(takeCredential(requestWith(...rawHeaders))).toEqual(credential);
  });

  it('empties the headers of the credential and keeps the others', () => {
    const request = requestWith('A', '1', 'X-API-Key', 'k', 'B', '2', 'Authorization', 'Bearer k', 'A', '3');
    takeCredential(request);
    expect(request.rawHeaders).toEqual(['A', '1', 'X-API-Key', '', 'B', '2', 'Authorization', '', 'A', '3']);
    expect(request.headers).toEqual({ a: '1', 'x-api-key': '', b: '2', authorization: '' });
  });
});

describe('takeCredential, of a cookie', () => {
  it('removes the session and keeps the other cookies', () => {
    const request = requestWith('A', '1', 'Cookie', 'a=1; __Host-session=k; b=2');
    takeCredential(request);
    expect(request.rawHeaders).toEqual(['A', '1', 'Cookie', 'a=1; b=2']);
    expect(request.headers).toEqual({ a: '1', cookie: 'a=1; b=2' });
  });

  it('empties a header that has only the session', () => {
    const request = requestWith('A', '1', 'Cookie', '__Host-session=k');
    takeCredential(request);
    expect(request.rawHeaders).toEqual(['A', '1', 'Cookie', '']);
    expect(request.headers).toEqual({ a: '1', cookie: '' });
  });

  it('joins what is left of several headers', () => {
    const request = requestWith('Cookie', '__Host-session=k', 'Cookie', 'a=1', 'cookie', 'b=2');
    takeCredential(request);
    expect(request.rawHeaders).toEqual(['Cookie', '', 'Cookie', 'a=1', 'cookie', 'b=2']);
    expect(request.headers).toEqual({ cookie: 'a=1; b=2' });
  });

  it('leaves cookies without a session as they are', () => {
    const request = requestWith('Cookie', 'a=1;  b=2', 'X-API-Key', 'k');
    takeCredential(request);
    expect(request.rawHeaders).toEqual(['Cookie', 'a=1;  b=2', 'X-API-Key', '']);
    expect(request.headers.cookie).toContain('a=1');
  });
});

describe('a key in free text', () => {
  const key = 'crk_0123456789ABCDEF_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg0NRcl2';

  it.each([key, key.replace('crk_', 'cro_'), `before ${key} after`, key.slice(0, 30), key.slice(0, 21)])(
    'is found in %j, and cut to its prefix',
    (text) => {
      expect(holdsKey(text)).toBe(true);
      expect(withoutKeys(text)).toMatch(/^(before )?cr[ko]_…( after)?$/);
    },
  );

  it.each(['', 'crk_', key.slice(0, 20), key.replace('crk_', 'crx_'), key.replace('crk_', 'crk-')])(
    'is not found in %j',
    (text) => {
      expect(holdsKey(text)).toBe(false);
      expect(withoutKeys(text)).toBe(text);
    },
  );

  it('is cut at each occurrence', () => {
    expect(withoutKeys(`${key} and ${key}`)).toBe('crk_… and crk_…');
  });
});

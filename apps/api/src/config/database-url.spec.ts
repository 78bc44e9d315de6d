import { describe, expect, it } from '@jest/globals';
import { readDatabaseUrl } from './database-url.js';

const LOGIN = 'postgresql://api:p%40ss@';

describe('readDatabaseUrl', () => {
  it.each([
    'postgres://host/name',
    `${LOGIN}host:5433/name?sslmode=verify-full`,
    `${LOGIN}[2001:db8::1]:5432/name`,
    'postgresql:///name?host=/var/run/postgresql',
    'postgresql://api:a,b@host/name',
  ])('leaves a URL of one host unchanged: %s', (url) => {
    expect(readDatabaseUrl(url)).toEqual({ urls: [url] });
  });

  it('makes one URL for each of several hosts', () => {
    expect(
      readDatabaseUrl(
        `${LOGIN}one:5432,[2001:db8::2],three/name?target_session_attrs=read-write&sslmode=require`,
      ),
    ).toEqual({
      urls: ['one:5432', '[2001:db8::2]', 'three'].map((host) => `${LOGIN}${host}/name?sslmode=require`),
      role: 'read-write',
    });
  });

  it('keeps the role of a single host', () => {
    expect(readDatabaseUrl('postgresql://host/name?target_session_attrs=primary')).toEqual({
      urls: ['postgresql://host/name'],
      role: 'primary',
    });
  });

  it.each([
    ['mysql://host/name', /^must be a URL that begins with postgres/],
    ['one:5432,two:5432', /^must be a URL that begins with postgres/],
    [`${LOGIN}one,two:port/name?target_session_attrs=primary`, /^must be a URL that begins with postgres/],
    [
      `${LOGIN}one,two/name`,
      /^must have target_session_attrs=read-write or primary if it names several hosts/,
    ],
    [`${LOGIN}one,two/name?target_session_attrs=any`, /^must have target_session_attrs=/],
    [`${LOGIN}one/name?target_session_attrs=standby`, /^must have target_session_attrs=/],
  ])('refuses %s', (url, rule) => {
    expect(readDatabaseUrl(url)).toMatch(rule);
  });
});

import { describe, expect, it } from '@jest/globals';
import { isNetwork } from '../../config/networks.js';
import { isRepositoryName } from './repositories.js';
import { parseDateTime } from './times.js';

describe('isRepositoryName', () => {
  it.each([
    'owner/repo',
    'a/b',
    'Org-1/my_repo.js',
    'a.b/c',
    'owner/.github',
    'owner/-',
    `o/${'r'.repeat(198)}`,
  ])('accepts %s', (name) => {
    expect(isRepositoryName(name)).toBe(true);
  });

  it.each<unknown>([
    'owner',
    'owner/',
    '/repo',
    'a/b/c',
    'owner/..',
    'owner/.',
    '../repo',
    '-a/b',
    'a/b.git',
    'a/b.WIKI',
    'a b/c',
    'a/b ',
    'a/b\n',
    'ä/b',
    `o/${'r'.repeat(199)}`,
    '',
    null,
    7,
    ['a/b'],
  ])('refuses %j', (name) => {
    expect(isRepositoryName(name)).toBe(false);
  });
});

describe('isNetwork', () => {
  it.each([
    '10.0.0.1',
    '10.0.0.0/8',
    '10.1.2.3/8',
    '0.0.0.0/0',
    '::1',
    '2001:db8::/32',
    '::/0',
    '::ffff:10.0.0.1/128',
  ])('accepts %s', (network) => {
    expect(isNetwork(network)).toBe(true);
  });

  it.each<unknown>([
    '10.0.0/8',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '010.0.0.1',
    '::/129',
    'fe80::1%eth0',
    ' 10.0.0.1',
    'localhost',
    '',
    null,
  ])('refuses %j', (network) => {
    expect(isNetwork(network)).toBe(false);
  });
});

describe('parseDateTime', () => {
  it.each([
    ['2030-01-31T12:00:00Z', '2030-01-31T12:00:00.000Z'],
    ['2030-01-31T12:00:00.5+02:00', '2030-01-31T10:00:00.500Z'],
    ['2028-02-29T23:59:59.999999-23:59', '2028-03-01T23:58:59.999Z'],
    ['0099-01-01T00:00:00Z', '0099-01-01T00:00:00.000Z'],
  ])('reads %s', (text, expected) => {
    expect(parseDateTime(text)?.toISOString()).toBe(expected);
  });

  it.each<unknown>([
    '2030-01-31',
    '2030-01-31T12:00:00',
    '2030-01-31 12:00:00Z',
    '2030-02-29T12:00:00Z',
    '2030-13-01T12:00:00Z',
    '2030-00-01T12:00:00Z',
    '2030-01-01T24:00:00Z',
    '2030-01-01T12:60:00Z',
    '2030-01-01T12:00:60Z',
    '2030-01-01T12:00:00+24:00',
    '+012030-01-01T12:00:00Z',
    '9999-12-31T23:59:59-01:00',
    '0000-01-01T00:00:00Z',
    1_900_000_000_000,
    null,
  ])('refuses %j', (text) => {
    expect(parseDateTime(text)).toBeUndefined();
  });
});

import { describe, expect, it } from '@jest/globals';
import { EnvironmentKeyCheck } from './environment-key-check.js';

describe('EnvironmentKeyCheck', () => {
  const key = 'an arbitrary value, with spaces and é, of more than 32 characters';
  const check = new EnvironmentKeyCheck(key);

  it('accepts the exact value', () => {
    expect(check.matches(key)).toBe(true);
  });

  it.each([
    '',
    key.slice(0, -1),
    `${key} `,
    ` ${key}`,
    key.toUpperCase(),
    key.repeat(2),
    'x'.repeat(key.length),
  ])('refuses %j', (other) => expect(check.matches(other)).toBe(false));
});

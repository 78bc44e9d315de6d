import { describe, expect, it } from '@jest/globals';
import { EnvironmentKeyDoor } from './environment-key-door.js';

describe('EnvironmentKeyDoor', () => {
  const key = 'an arbitrary value, with spaces and é, of more than 32 characters';
  const door = new EnvironmentKeyDoor(key);

  it('opens to the very value', () => {
    expect(door.matches(key)).toBe(true);
  });

  it.each([
    '',
    key.slice(0, -1),
    `${key} `,
    ` ${key}`,
    key.toUpperCase(),
    key.repeat(2),
    'x'.repeat(key.length),
  ])('stays shut to %j', (other) => expect(door.matches(other)).toBe(false));
});

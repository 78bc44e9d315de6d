import { describe, expect, it } from '@jest/globals';
import { Prisma } from '../generated/prisma/client.js';
import { given, shapes } from './shape.js';

interface Input {
  id: string;
  tags: string[] | null;
}

const statement = shapes(
  ({ tags }: Input) => [tags !== null],
  (hasTags) => {
    const id = given((it: Input) => it.id);
    const tags = given((it: Input) => it.tags);
    return Prisma.sql`SELECT ${id}::uuid, ${'constant'} ${
      hasTags ? Prisma.sql`WHERE tags && ${tags} OR id = ${id}` : Prisma.empty
    }`;
  },
);

describe('shapes', () => {
  it('fills in the values of each input, and the constants', () => {
    expect(statement({ id: 'a', tags: ['x'] })).toEqual({
      text: 'SELECT $1::uuid, $2 WHERE tags && $3 OR id = $1',
      values: ['a', 'constant', ['x']],
    });
    expect(statement({ id: 'b', tags: ['y'] }).values).toEqual(['b', 'constant', ['y']]);
  });

  it('composes each variant once', () => {
    const composed: boolean[] = [];
    const variants = shapes(
      ({ tags }: Input) => [tags !== null],
      (hasTags) => {
        composed.push(hasTags);
        return Prisma.sql`SELECT ${hasTags}`;
      },
    );
    for (const tags of [null, ['x'], null, ['y']]) variants({ id: 'a', tags });
    expect(composed).toEqual([false, true]);
  });

  it('has a text for each variant', () => {
    expect(statement({ id: 'a', tags: null })).toEqual({
      text: 'SELECT $1::uuid, $2 ',
      values: ['a', 'constant'],
    });
  });
});

import { describe, expect, it } from '@jest/globals';
import { anything, dateTime, exampleOf, integer, nullable, string, uuid } from '../common/json-schema.js';
import { Prisma } from '../generated/prisma/client.js';
import {
  columnsOf,
  completerOf,
  fromBigInt,
  fromDate,
  mapperOf,
  type RowOfFields,
  updaterOf,
} from './fields.js';

const FIELDS = {
  id: uuid(),
  currentStep: nullable(string({ examples: ['tests'] })),
  tokensUsed: fromBigInt(integer({ examples: [5] })),
  result: anything(),
  createdAt: fromDate(dateTime()),
  lastUsedAt: fromDate(nullable(dateTime())),
};
const TIME = '2026-11-24T12:00:00.000Z';
const ROW: RowOfFields<typeof FIELDS> = {
  id: 'a',
  current_step: 'tests',
  tokens_used: 7n,
  result: { ok: [1] },
  created_at: new Date(TIME),
  last_used_at: new Date(TIME),
};

describe('mapperOf', () => {
  const map = mapperOf(FIELDS);

  it('reads each member from its column and converts times and int8', () => {
    expect(map(ROW)).toEqual({
      id: 'a',
      currentStep: 'tests',
      tokensUsed: 7,
      result: { ok: [1] },
      createdAt: TIME,
      lastUsedAt: TIME,
    });
  });

  it('keeps null, and the order of the members', () => {
    const answer = map({ ...ROW, current_step: null, last_used_at: null });
    expect(answer).toMatchObject({ currentStep: null, lastUsedAt: null });
    expect(Object.keys(answer)).toEqual(Object.keys(FIELDS));
  });

  it('ignores further columns of the row', () => {
    expect(map({ ...ROW, ...{ refusal: 'key-revoked' } })).toEqual(map(ROW));
  });

  it('returns answers that share nothing', () => {
    const first = map(ROW);
    map({ ...ROW, id: 'b' });
    expect(first.id).toBe('a');
  });

  it('reads columns whose names have a prefix', () => {
    expect(mapperOf({ id: uuid() }, 'key_')({ key_id: 'a' })).toEqual({ id: 'a' });
  });
});

describe('completerOf', () => {
  it('reads the members of the row, and adds the others in their places', () => {
    const { id, currentStep, createdAt } = FIELDS;
    const complete = completerOf<Record<keyof typeof FIELDS, unknown>>(Object.keys(FIELDS), {
      id,
      currentStep,
      createdAt,
    });
    const others = { tokensUsed: 7, result: { ok: [1] }, lastUsedAt: TIME };
    const answer = complete(ROW, others);
    expect(answer).toEqual(mapperOf(FIELDS)(ROW));
    expect(Object.keys(answer)).toEqual(Object.keys(FIELDS));
    expect(complete({ ...ROW, id: 'b', current_step: null }, { tokensUsed: 1 })).toEqual({
      id: 'b',
      currentStep: null,
      tokensUsed: 1,
      result: null,
      createdAt: TIME,
      lastUsedAt: null,
    });
    expect(others).toEqual({ tokensUsed: 7, result: { ok: [1] }, lastUsedAt: TIME });
  });
});

describe('updaterOf', () => {
  const { currentStep, tokensUsed, lastUsedAt } = FIELDS;
  const answer = mapperOf(FIELDS)(ROW);
  const update = updaterOf<typeof answer>({ currentStep, tokensUsed, lastUsedAt });

  it('copies the answer and reads the given members, also null', () => {
    const updated = update(answer, {
      current_step: null,
      tokens_used: 8n,
      last_used_at: new Date(0),
      id: 'b',
    });
    expect(updated).toEqual({
      ...mapperOf(FIELDS)(ROW),
      currentStep: null,
      tokensUsed: 8,
      lastUsedAt: '1970-01-01T00:00:00.000Z',
    });
    expect(Object.keys(updated)).toEqual(Object.keys(FIELDS));
    expect(answer).toEqual(mapperOf(FIELDS)(ROW));
  });
});

describe('columnsOf', () => {
  it('names the column of each member', () => {
    expect(columnsOf(FIELDS, 'job').sql).toBe(
      'job.id, job.current_step, job.tokens_used, job.result, job.created_at, job.last_used_at',
    );
  });

  it('names columns with a prefix, and computed ones by their expression', () => {
    const { id, lastUsedAt } = FIELDS;
    expect(columnsOf({ id, lastUsedAt }, 'key', 'key_', { lastUsedAt: Prisma.sql`now()` }).sql).toBe(
      'key.id AS key_id, now() AS key_last_used_at',
    );
  });
});

describe('exampleOf', () => {
  it('has the given values, and the first example of every other member', () => {
    expect(exampleOf(FIELDS, { result: null, lastUsedAt: null })).toEqual({
      id: '0198c0de-7a3b-7c11-9d2e-5f60718293a4',
      currentStep: 'tests',
      tokensUsed: 5,
      result: null,
      createdAt: TIME,
      lastUsedAt: null,
    });
  });

  it('throws if a member has neither', () => {
    expect(() => exampleOf(FIELDS, {})).toThrow('result has no example');
  });
});

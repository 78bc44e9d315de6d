import { describe, expect, it } from '@jest/globals';
import { MemoryCountingStores } from '../rate-limit/counting-store.js';
import { FAILURES_PER_MINUTE, FailureBudget } from './failure-budget.js';
import { TooManyFailuresError } from './keys.errors.js';

function budgetAt(start: number, maxAccounts?: number) {
  const time = { now: start };
  return { time, budget: new FailureBudget(new MemoryCountingStores(() => time.now), 'test', maxAccounts) };
}

async function spend(budget: FailureBudget, account: string, times = FAILURES_PER_MINUTE) {
  for (let failure = 0; failure < times; failure += 1) await budget.charge(account);
}

describe('FailureBudget', () => {
  it('allows 30 failures a minute for each account', async () => {
    const { budget } = budgetAt(5_000);
    await spend(budget, 'one', 30);
    await expect(budget.charge('one')).rejects.toThrow(TooManyFailuresError);
    await expect(budget.assertLeft('one')).rejects.toThrow(TooManyFailuresError);
    expect((await budget.reserve('one')).granted).toBe(false);
    await budget.assertLeft('other');
    await budget.charge('other');
  });

  it('returns the time after which a failure is allowed again', async () => {
    const { budget, time } = budgetAt(5_400);
    await spend(budget, 'one');
    const { granted, retryAfterSeconds } = await budget.reserve('one');
    expect(granted).toBe(false);
    time.now += retryAfterSeconds * 1000;
    await budget.charge('one');
  });

  it('refuses with 429, Retry-After and a refusal for the log', async () => {
    const { budget } = budgetAt(0);
    await spend(budget, 'one');
    expect.assertions(1);
    try {
      await budget.charge('one');
    } catch (error) {
      expect(error).toMatchObject({
        code: 'too-many-failures',
        extra: {
          retryAfterSeconds: 61,
          refusal: { action: 'rate.limited', reason: 'too-many-failures' },
        },
      });
    }
  });

  it('counts reservations as failures until they are given back', async () => {
    const { budget } = budgetAt(0);
    const places = await Promise.all(Array.from({ length: 40 }, () => budget.reserve('one')));
    expect(places.filter(({ granted }) => granted)).toHaveLength(30);
    for (const place of places) place.uncount();
    await spend(budget, 'one', 30);
    await expect(budget.charge('one')).rejects.toThrow(TooManyFailuresError);
  });

  it('forgets an account without failures first', async () => {
    const { budget } = budgetAt(0, 2);
    await spend(budget, 'guilty');
    for (const account of ['one', 'two', 'three']) (await budget.reserve(account)).uncount();
    expect(await budget.hasLeft('guilty')).toBe(false);
    expect(await budget.hasLeft('one')).toBe(true);
  });

  it('keeps failures when a reservation is given back', async () => {
    const { budget } = budgetAt(0);
    await spend(budget, 'one', 29);
    (await budget.reserve('one')).uncount();
    await spend(budget, 'one', 1);
    await expect(budget.charge('one')).rejects.toThrow(TooManyFailuresError);
  });

  it('keeps failures that were counted after an account was forgotten', async () => {
    const { budget, time } = budgetAt(0, 1);
    const place = await budget.reserve('one');
    await budget.charge('other');
    time.now = 1_000;
    await spend(budget, 'one');
    place.uncount();
    expect(await budget.hasLeft('one')).toBe(false);
  });

  it('limits the number of accounts', async () => {
    const { budget } = budgetAt(0, 2);
    await spend(budget, 'oldest');
    await budget.charge('second');
    await budget.charge('third');
    await budget.charge('oldest');
  });
});

import { describe, expect, it } from '@jest/globals';
import { SharedWait } from '../common/http/shared-wait.js';
import { MemoryCountingStores } from '../rate-limit/counting-store.js';
import { FAILURES_PER_MINUTE, FailureBudget } from './failure-budget.js';
import { TooManyFailuresError } from './keys.errors.js';

/** The counts are in memory, so no one waits. */
const WAIT = new SharedWait();

function budgetAt(start: number, maxAccounts?: number) {
  const time = { now: start };
  return { time, budget: new FailureBudget(new MemoryCountingStores(() => time.now), 'test', maxAccounts) };
}

async function spend(budget: FailureBudget, account: string, times = FAILURES_PER_MINUTE) {
  for (let failure = 0; failure < times; failure += 1) await budget.charge(account, WAIT);
}

describe('FailureBudget', () => {
  it('allows 30 failures a minute for each account', async () => {
    const { budget } = budgetAt(5_000);
    await spend(budget, 'one', 30);
    await expect(budget.charge('one', WAIT)).rejects.toThrow(TooManyFailuresError);
    await expect(budget.assertLeft('one', WAIT)).rejects.toThrow(TooManyFailuresError);
    expect((await budget.reserve('one', WAIT)).granted).toBe(false);
    await budget.assertLeft('other', WAIT);
    await budget.charge('other', WAIT);
  });

  it('returns the time after which a failure is allowed again', async () => {
    const { budget, time } = budgetAt(5_400);
    await spend(budget, 'one');
    const { granted, retryAfterSeconds } = await budget.reserve('one', WAIT);
    expect(granted).toBe(false);
    time.now += retryAfterSeconds * 1000;
    await budget.charge('one', WAIT);
  });

  it('refuses with 429, Retry-After and a refusal for the log', async () => {
    const { budget } = budgetAt(0);
    await spend(budget, 'one');
    expect.assertions(1);
    try {
      await budget.charge('one', WAIT);
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
    const places = await Promise.all(Array.from({ length: 40 }, () => budget.reserve('one', WAIT)));
    expect(places.filter(({ granted }) => granted)).toHaveLength(30);
    for (const place of places) place.uncount();
    await spend(budget, 'one', 30);
    await expect(budget.charge('one', WAIT)).rejects.toThrow(TooManyFailuresError);
  });

  it('forgets an account without failures first', async () => {
    const { budget } = budgetAt(0, 2);
    await spend(budget, 'guilty');
    for (const account of ['one', 'two', 'three']) (await budget.reserve(account, WAIT)).uncount();
    expect(await budget.hasLeft('guilty', WAIT)).toBe(false);
    expect(await budget.hasLeft('one', WAIT)).toBe(true);
  });

  it('keeps failures when a reservation is given back', async () => {
    const { budget } = budgetAt(0);
    await spend(budget, 'one', 29);
    (await budget.reserve('one', WAIT)).uncount();
    await spend(budget, 'one', 1);
    await expect(budget.charge('one', WAIT)).rejects.toThrow(TooManyFailuresError);
  });

  it('keeps failures that were counted after an account was forgotten', async () => {
    const { budget, time } = budgetAt(0, 1);
    const place = await budget.reserve('one', WAIT);
    await budget.charge('other', WAIT);
    time.now = 1_000;
    await spend(budget, 'one');
    place.uncount();
    expect(await budget.hasLeft('one', WAIT)).toBe(false);
  });

  it('limits the number of accounts', async () => {
    const { budget } = budgetAt(0, 2);
    await spend(budget, 'oldest');
    await budget.charge('second', WAIT);
    await budget.charge('third', WAIT);
    await budget.charge('oldest', WAIT);
  });
});

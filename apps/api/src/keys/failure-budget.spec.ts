import { describe, expect, it } from '@jest/globals';
import { FAILURES_PER_MINUTE, FailureBudget } from './failure-budget.js';
import { TooManyFailuresError } from './keys.errors.js';

function budgetAt(start: number, mostAccounts?: number) {
  const time = { now: start };
  return { time, budget: new FailureBudget(() => time.now, mostAccounts) };
}

function spend(budget: FailureBudget, account: string, times = FAILURES_PER_MINUTE) {
  for (let failure = 0; failure < times; failure += 1) budget.charge(account);
}

describe('FailureBudget', () => {
  it('allows 30 failures a minute for each account', () => {
    const { budget } = budgetAt(5_000);
    spend(budget, 'one', 30);
    expect(() => budget.charge('one')).toThrow(TooManyFailuresError);
    expect(() => budget.assertLeft('one')).toThrow(TooManyFailuresError);
    expect(budget.reserve('one').granted).toBe(false);
    budget.assertLeft('other');
    budget.charge('other');
  });

  it('returns the time after which a failure is allowed again', () => {
    const { budget, time } = budgetAt(5_400);
    spend(budget, 'one');
    const { granted, retryAfterSeconds } = budget.reserve('one');
    expect(granted).toBe(false);
    time.now += retryAfterSeconds * 1000;
    budget.charge('one');
  });

  it('refuses with 429, Retry-After and a refusal for the log', () => {
    const { budget } = budgetAt(0);
    spend(budget, 'one');
    expect.assertions(1);
    try {
      budget.charge('one');
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

  it('counts reservations as failures until they are given back', () => {
    const { budget } = budgetAt(0);
    const places = Array.from({ length: 40 }, () => budget.reserve('one'));
    expect(places.filter(({ granted }) => granted)).toHaveLength(30);
    for (const place of places) place.giveBack();
    spend(budget, 'one', 30);
    expect(() => budget.charge('one')).toThrow(TooManyFailuresError);
  });

  it('forgets an account without failures first', () => {
    const { budget } = budgetAt(0, 2);
    spend(budget, 'guilty');
    for (const account of ['one', 'two', 'three']) budget.reserve(account).giveBack();
    expect(budget.hasLeft('guilty')).toBe(false);
    expect(budget.hasLeft('one')).toBe(true);
  });

  it('keeps failures when a reservation is given back', () => {
    const { budget } = budgetAt(0);
    spend(budget, 'one', 29);
    budget.reserve('one').giveBack();
    spend(budget, 'one', 1);
    expect(() => budget.charge('one')).toThrow(TooManyFailuresError);
  });

  it('keeps failures that were counted after an account was forgotten', () => {
    const { budget } = budgetAt(0, 1);
    const place = budget.reserve('one');
    budget.charge('other');
    spend(budget, 'one');
    place.giveBack();
    expect(budget.hasLeft('one')).toBe(false);
  });

  it('limits the number of accounts', () => {
    const { budget } = budgetAt(0, 2);
    spend(budget, 'oldest');
    budget.charge('second');
    budget.charge('third');
    budget.charge('oldest');
  });
});

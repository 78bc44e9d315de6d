import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DomainError } from './problems/domain-error.js';
import { RecurringTask } from './recurring-task.js';

describe('RecurringTask', () => {
  let errors: string[];
  let tasks: RecurringTask[];

  const started = (pauseMs: number | (() => number), work: () => Promise<unknown>): RecurringTask => {
    const task = new RecurringTask('counting', pauseMs, work);
    tasks.push(task);
    task.start();
    return task;
  };

  beforeEach(() => {
    errors = [];
    tasks = [];
    jest.useFakeTimers();
    jest.spyOn(Logger.prototype, 'error').mockImplementation((message: unknown) => {
      errors.push(String(message));
    });
  });

  afterEach(async () => {
    await Promise.all(tasks.map((it) => it.stop()));
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('runs after each pause, which can change', async () => {
    let runs = 0;
    let pause = 1_000;
    started(
      () => pause,
      async () => {
        runs += 1;
      },
    );
    await jest.advanceTimersByTimeAsync(999);
    expect(runs).toBe(0);
    await jest.advanceTimersByTimeAsync(1);
    expect(runs).toBe(1);
    pause = 10_000;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(runs).toBe(2);
    await jest.advanceTimersByTimeAsync(9_999);
    expect(runs).toBe(2);
    await jest.advanceTimersByTimeAsync(1);
    expect(runs).toBe(3);
  });

  it('runs once at a time; a call during a run waits for that run', async () => {
    let runs = 0;
    let end: (() => void) | undefined;
    const task = started(1_000, () => {
      runs += 1;
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    });
    await jest.advanceTimersByTimeAsync(60_000);
    const shared = task.run();
    expect(runs).toBe(1);
    end?.();
    await shared;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(runs).toBe(2);
    end?.();
  });

  it('continues after a failed run, and logs it unless Postgres was unavailable', async () => {
    const failures = [new DomainError('database-unavailable', 'away'), new Error('broken'), undefined];
    let runs = 0;
    started(1_000, async () => {
      const failure = failures[runs];
      runs += 1;
      if (failure !== undefined) throw failure;
    });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(errors).toEqual([]);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(runs).toBe(3);
    expect(errors).toEqual([expect.stringMatching(/^counting failed: Error: broken/)]);
  });

  it('stops after the run under way', async () => {
    let ended = false;
    let runs = 0;
    const task = started(1_000, async () => {
      runs += 1;
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      ended = true;
    });
    await jest.advanceTimersByTimeAsync(1_000);
    const stopped = task.stop().then(() => ended);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(await stopped).toBe(true);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(runs).toBe(1);
    task.start();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(runs).toBe(1);
  });

  it('does not keep the process alive', () => {
    jest.useRealTimers();
    const before = process.getActiveResourcesInfo().filter((it) => it === 'Timeout').length;
    started(60_000, async () => undefined);
    expect(process.getActiveResourcesInfo().filter((it) => it === 'Timeout')).toHaveLength(before);
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { startTime, stopTime } from '../../test/support/clock.js';
import { exampleOf } from '../common/json-schema.js';
import { JOB_FIELDS, type Job } from './job.js';
import { RunningAttempts } from './running-attempts.js';

const running = (given: Partial<Job> = {}): Job =>
  exampleOf(JOB_FIELDS, {
    status: 'RUNNING',
    attempt: 1,
    notBefore: null,
    retry: null,
    previousAttempt: null,
    triggers: [],
    leaseExpiresAt: null,
    endedAt: null,
    ...given,
  });

afterEach(startTime);

describe('RunningAttempts', () => {
  it('finds a running job by the number of its attempt', () => {
    const attempts = new RunningAttempts();
    const job = running();
    attempts.note(job);
    expect(attempts.find(job.id, 1)).toBe(job);
    expect(attempts.find(job.id, 2)).toBeUndefined();
    expect(attempts.find(job.id, null)).toBeUndefined();
    expect(attempts.find('another', 1)).toBeUndefined();
  });

  it('replaces an attempt by the next one', () => {
    const attempts = new RunningAttempts();
    const next = running({ attempt: 2, agentId: 'agent-2' });
    attempts.note(running());
    attempts.note(next);
    expect(attempts.find(next.id, 1)).toBeUndefined();
    expect(attempts.find(next.id, 2)).toBe(next);
  });

  it('forgets a job that does not run any more', () => {
    const attempts = new RunningAttempts();
    const job = running();
    attempts.note(job);
    attempts.note({ ...job, status: 'PENDING' });
    expect(attempts.find(job.id, 1)).toBeUndefined();
  });

  it('keeps a job for five minutes, however often it is found', () => {
    const time = stopTime();
    const attempts = new RunningAttempts();
    const job = running();
    attempts.note(job);
    time.passMs(299_000);
    expect(attempts.find(job.id, 1)).toBe(job);
    attempts.note({ ...job, rev: job.rev + 1 });
    time.passMs(2_000);
    expect(attempts.find(job.id, 1)).toBeUndefined();
  });

  it('keeps no job of more than 100,000 characters, and 24 million characters in total', () => {
    const attempts = new RunningAttempts();
    const large = running({ metadata: { text: 'x'.repeat(100_000) } });
    attempts.note(large);
    expect(attempts.find(large.id, 1)).toBeUndefined();

    const jobs = Array.from({ length: 300 }, (_, n) =>
      running({ id: `job-${n}`, metadata: { text: 'x'.repeat(90_000) } }),
    );
    for (const job of jobs) attempts.note(job);
    const kept = jobs.filter(({ id }) => attempts.find(id, 1) !== undefined);
    expect(kept.length).toBeGreaterThan(250);
    expect(kept.length).toBeLessThan(270);
    expect(kept).toEqual(jobs.slice(-kept.length));
  });
});

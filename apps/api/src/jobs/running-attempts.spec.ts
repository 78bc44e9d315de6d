import { afterEach, describe, expect, it } from '@jest/globals';
import { startTime, stopTime } from '../../test/support/clock.js';
import { ExactNumber } from '../common/exact-json.js';
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

  it('replaces an attempt by another one with the same number', () => {
    const attempts = new RunningAttempts();
    const another = running({ startedAt: '2026-11-24T12:34:56.789Z', agentId: 'agent-2' });
    attempts.note(running());
    attempts.note(another);
    expect(attempts.find(another.id, 1)).toBe(another);
  });

  it('forgets a job that does not run any more', () => {
    const attempts = new RunningAttempts();
    const job = running();
    attempts.note(job);
    attempts.note({ ...job, status: 'PENDING' });
    expect(attempts.find(job.id, 1)).toBeUndefined();
  });

  it('uses a job for five minutes, however often it is found or read', () => {
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

  it.each<[string, (length: number) => Partial<Job>, number]>([
    ['a long text', (length) => ({ metadata: { text: 'x'.repeat(length) } }), 99_000],
    ['many objects', (length) => ({ metadata: { values: Array.from({ length }, () => ({})) } }), 1_150],
    ['many exact numbers', (length) => ({ metadata: { values: Array.from({ length }, exact) } }), 2_200],
    ['a long previous attempt', (length) => ({ previousAttempt: previous('x'.repeat(length)) }), 98_000],
  ])('keeps a job with %s up to a limit', (_, given, length) => {
    const attempts = new RunningAttempts();
    const job = running(given(length));
    attempts.note(job);
    expect(attempts.find(job.id, 1)).toBe(job);
    const larger = running({ ...given(Math.ceil(length * 1.1)), attempt: 2 });
    attempts.note(larger);
    expect(attempts.find(job.id, 1)).toBeUndefined();
    expect(attempts.find(job.id, 2)).toBeUndefined();
  });

  it('keeps the jobs that were used last, up to 32 MB', () => {
    const attempts = new RunningAttempts();
    const jobs = Array.from({ length: 300 }, (_, n) =>
      running({ id: `job-${n}`, metadata: { text: 'x'.repeat(90_000) } }),
    );
    for (const job of jobs) attempts.note(job);
    const kept = jobs.filter(({ id }) => attempts.find(id, 1) !== undefined);
    expect(kept.length).toBeGreaterThan(170);
    expect(kept.length).toBeLessThan(178);
    expect(kept).toEqual(jobs.slice(-kept.length));
  });
});

function previous(error: string): NonNullable<Job['previousAttempt']> {
  return { attempt: 1, error, failedStep: null, continuationPrompt: null, gateResults: null };
}

function exact(): ExactNumber {
  return new ExactNumber('1.0');
}

import { describe, expect, it } from '@jest/globals';
import { JOB_STATUSES, type JobStatus } from '../../src/jobs/job.js';
import { transitionRefused } from '../../src/jobs/jobs.errors.js';
import { breachesOfSchema, DOCUMENT } from '../support/contract.js';

interface Example {
  at: string;
  pointer: string[];
  value: unknown;
}

function examplesOf(pointer: string[], content: Record<string, object> = {}): Example[] {
  return Object.entries(content).flatMap(([type, media]) => {
    const at = [...pointer, 'content', type];
    const values = [
      ...('example' in media ? [media.example] : []),
      ...('examples' in media ? Object.values(Object(media.examples)).map((it) => Object(it).value) : []),
    ];
    return values.map((value) => ({ at: at.join(' '), pointer: [...at, 'schema'], value }));
  });
}

const EXAMPLES: Example[] = [
  ...Object.entries(DOCUMENT.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { requestBody, responses }]) => [
      ...examplesOf(['paths', path, method, 'requestBody'], requestBody?.content),
      ...Object.entries(responses).flatMap(([status, { content }]) =>
        examplesOf(['paths', path, method, 'responses', status], content),
      ),
    ]),
  ),
  ...Object.entries(DOCUMENT.components.responses).flatMap(([name, { content }]) =>
    examplesOf(['components', 'responses', name], content),
  ),
];

/** The objects in the value that have all of these members. */
function objectsWith(value: unknown, ...members: string[]): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = members.every((it) => it in value) ? [{ ...value }] : [];
  return [...own, ...Object.values(value).flatMap((it) => objectsWith(it, ...members))];
}

const isStatus = (value: unknown): value is JobStatus => JOB_STATUSES.some((it) => it === value);

describe('the examples of docs/openapi.json', () => {
  it('are many', () => {
    expect(EXAMPLES.length).toBeGreaterThan(100);
  });

  it.each(EXAMPLES)('match their schema: $at', ({ pointer, value }) => {
    expect(breachesOfSchema('example', pointer, value)).toEqual([]);
  });

  const jobs = EXAMPLES.flatMap(({ at, value }) =>
    objectsWith(value, 'status', 'rev', 'attempt', 'startedAt').map((job) => ({ at, job })),
  );

  it.each(jobs)('have a job in a state that a job can have: $at', ({ job }) => {
    const { status, attempt } = job;
    const hasEnded = ['COMPLETED', 'FAILED', 'CANCELLED'].includes(String(status));
    expect(job).toMatchObject({
      endedAt: hasEnded ? expect.any(String) : null,
      leaseExpiresAt: status === 'RUNNING' ? expect.any(String) : null,
      startedAt: status === 'PENDING' ? null : expect.any(String),
      coordinatorId: status === 'PENDING' ? null : expect.any(String),
      error: status === 'FAILED' ? expect.any(String) : null,
      result: status === 'COMPLETED' ? expect.anything() : null,
    });
    const ended = Number(attempt) - (status === 'PENDING' ? 0 : 1);
    expect(job.previousAttempt).toEqual(ended > 0 ? expect.objectContaining({ attempt: ended }) : null);
    expect(Number(attempt)).toBeLessThanOrEqual(Number(job.maxAttempts));
    // Each attempt is started and, except the current one, ended and retried.
    expect(Number(job.rev)).toBeGreaterThan(Number(attempt));
  });

  const refusals = EXAMPLES.flatMap(({ at, value }) =>
    objectsWith(value, 'currentStatus', 'allowed').map((refusal) => ({ at, refusal })),
  );

  it.each(refusals)('name the actions that the status allows: $at', ({ refusal }) => {
    const { code, currentStatus, attempt, rev, allowed, maxAttempts } = refusal;
    if (!isStatus(currentStatus)) throw new Error(`${currentStatus} is no status`);
    const job = {
      status: currentStatus,
      attempt: Number(attempt),
      rev: Number(rev),
      max_attempts: Number(maxAttempts ?? 99),
      final: code === 'job-final',
    };
    expect(transitionRefused('coordinator', 'retry', job).extra.members).toMatchObject({
      currentStatus,
      allowed,
    });
  });

  it('have jobs and refusals', () => {
    expect(jobs.length).toBeGreaterThan(10);
    expect(refusals.length).toBeGreaterThan(5);
  });
});

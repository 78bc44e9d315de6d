import type autocannon from 'autocannon';
import { jobId, type Range } from '../stage/registry.js';

/** Jobs that are progressed: enough that two requests never meet at one. */
export const PROGRESSED: Range = { from: 1, count: 16_384 };

/**
 * Ever higher from round to round, whoever plays: a report that moves nothing would be cheaper. The first is no value that
 * anything else in a request has.
 */
let reports = 1_000_001;

/** Leaves room for `count` reports. @returns the first of them */
export function reserveReports(count: number): number {
  const first = reports;
  reports += count;
  return first;
}

/** Beyond so many reports the percentage would reach its hundred. */
const MAX_REPORTS = 100_000_000;

/** Report number `n`: more tokens and more percent than any before. */
export function progressBody(n: number): string {
  if (n >= MAX_REPORTS) throw new Error('the jobs have no progress left to make');
  return JSON.stringify({
    progressPercent: n / 1_000_000,
    currentStep: 'compiling',
    tokensUsed: n,
    attempt: 1,
  });
}

/** `PATCH /coordinator/jobs/:id/progress`, each time of the next job. */
export function progressRequest(key: string): autocannon.Request {
  return {
    method: 'PATCH',
    path: '/',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    setupRequest: (request) => {
      const n = reserveReports(1);
      request.path = `/coordinator/jobs/${jobId(PROGRESSED.from + (n % PROGRESSED.count))}/progress`;
      request.body = progressBody(n);
      return request;
    },
  };
}

/** Jobs that are completed, once a round each: more than a round gets through. */
export const COMPLETED: Range = { from: 1_000_000, count: 30_000 };

/** `POST /coordinator/jobs/:id/complete` of one job after the other; `idOf` knows the ids of so many. */
export function completionRequest(key: string, idOf: (n: number) => string): autocannon.Request {
  let next = 0;
  return {
    method: 'POST',
    path: '/',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ result: { approved: true }, tokensUsed: 1_200, durationSeconds: 12.5 }),
    setupRequest: (request) => {
      if (next >= COMPLETED.count)
        throw new Error('this machine is too fast: there is no job left to complete');
      request.path = `/coordinator/jobs/${idOf(next)}/complete`;
      next += 1;
      return request;
    },
  };
}

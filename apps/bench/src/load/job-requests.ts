import type autocannon from 'autocannon';
import { jobId, type Range } from '../stage/registry.js';

/**
 * The jobs that get progress reports: enough that two requests never change the same job. Workers report every few seconds; with so
 * few jobs, so does the bench.
 */
export const PROGRESSED: Range = { from: 1, count: 4_096 };

/**
 * Rises over all rounds of all contestants, because a report that changes nothing would be cheaper. No other value in a
 * request equals the first one.
 */
let reports = 1_000_001;

/** Reserves the numbers of `count` reports. @returns the first of them */
export function reserveReports(count: number): number {
  const first = reports;
  reports += count;
  return first;
}

/** Beyond this number the percentage would reach 100. */
const MAX_REPORTS = 100_000_000;

/** Report number `n`: it has more tokens and a higher percentage than the reports before. */
export function progressBody(n: number): string {
  if (n >= MAX_REPORTS) throw new Error('the jobs have no progress left to make');
  return JSON.stringify({
    progressPercent: n / 1_000_000,
    currentStep: 'compiling',
    tokensUsed: n,
    attempt: 1,
  });
}

/** `PATCH /coordinator/jobs/:id/progress`. Each request takes the next job. */
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

/** The jobs that are completed, each once a round: more than a round can complete. */
export const COMPLETED: Range = { from: 1_000_000, count: 30_000 };

/** `POST /coordinator/jobs/:id/complete` for one job after the other. `idOf` returns the id of a job by its number. */
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

/** The type of the jobs that one contestant creates, so that no other one gets them. */
export const CREATED_TYPE = 'created';

/** `POST /coordinator/jobs`. */
export function creationRequest(key: string, workspaceId: string): autocannon.Request {
  return {
    method: 'POST',
    path: '/coordinator/jobs',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ workspaceId, type: CREATED_TYPE, metadata: { branch: 'main' } }),
  };
}

/** The jobs that are claimed, each once a round: more than a round can claim. */
export const CLAIMED: Range = { from: 2_000_000, count: 30_000 };

/** The type of the jobs that are claimed. */
export const CLAIMED_TYPE = 'claimed';

/** `POST /coordinator/jobs/claim`. */
export function claimRequest(key: string): autocannon.Request {
  return {
    method: 'POST',
    path: '/coordinator/jobs/claim',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ types: [CLAIMED_TYPE], agentId: 'agent-1' }),
  };
}

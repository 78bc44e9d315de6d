import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type pg from 'pg';
import type { TestCoordinator } from '../support/registry.js';

/** A change that the server answered with 2xx. */
interface Acknowledged {
  jobId: string;
  rev: number;
  requestId: string;
}

interface Refused {
  status: number;
  code: string;
  retryAfter: string | null;
}

/** Coordinators that create, start, progress and complete jobs, one change after the other, over one or more replicas. */
export class Load {
  /** all answers of 2xx */
  readonly acknowledged: Acknowledged[] = [];
  /** all answers of another status */
  readonly refused: Refused[] = [];
  /** requests without a whole answer: the connection broke, or could not be made */
  readonly unanswered: string[] = [];
  private readonly workers: Promise<void>[];
  private running = true;

  /** @param urlOf the replica for the next request of a worker */
  constructor(
    private readonly coordinator: TestCoordinator,
    private readonly urlOf: (worker: number) => string,
    workers = 8,
  ) {
    this.workers = Array.from({ length: workers }, (_, worker) => this.work(worker));
  }

  /** Resolves when that many more changes are acknowledged. */
  async acknowledges(more: number): Promise<void> {
    const enough = this.acknowledged.length + more;
    const deadline = performance.now() + 60_000;
    while (this.acknowledged.length < enough) {
      if (performance.now() > deadline) {
        throw new Error(`no progress: ${JSON.stringify([this.refused.at(-1), this.unanswered.at(-1)])}`);
      }
      await sleep(10);
    }
  }

  /** Each worker ends the request that is under way. */
  async stop(): Promise<void> {
    this.running = false;
    await Promise.all(this.workers);
  }

  private async work(worker: number): Promise<void> {
    while (this.running) {
      if (!(await this.doOneJob(worker))) await sleep(50);
    }
  }

  private async doOneJob(worker: number): Promise<boolean> {
    const jobs = '/coordinator/jobs';
    const body = { workspaceId: this.coordinator.workspaceIds[0], type: 'build' };
    const id = await this.change(worker, 'POST', jobs, body);
    const steps: [string, string, object][] = [
      ['PATCH', 'status', { status: 'RUNNING', agentId: `agent-${worker}` }],
      ['PATCH', 'progress', { progressPercent: 30 }],
      ['PATCH', 'progress', { progressPercent: 60, currentStep: 'tests' }],
      ['POST', 'complete', { result: { worker } }],
    ];
    for (const [method, step, report] of steps) {
      if (!this.running || id === undefined) break;
      if ((await this.change(worker, method, `${jobs}/${id}/${step}`, report)) === undefined) return false;
    }
    return id !== undefined;
  }

  /** @returns the id of the job; undefined if the change is not acknowledged */
  private async change(
    worker: number,
    method: string,
    path: string,
    body: object,
  ): Promise<string | undefined> {
    const requestId = randomUUID();
    try {
      const answer = await fetch(this.urlOf(worker) + path, {
        method,
        headers: {
          'X-API-Key': this.coordinator.apiKey,
          'Content-Type': 'application/json',
          'X-Request-Id': requestId,
        },
        body: JSON.stringify(body),
      });
      const { id, rev, code } = (await answer.json()) as { id: string; rev: number; code: string };
      if (answer.ok) {
        this.acknowledged.push({ jobId: id, rev, requestId });
        return id;
      }
      this.refused.push({ status: answer.status, code, retryAfter: answer.headers.get('retry-after') });
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      this.unanswered.push(cause instanceof Error ? cause.message : String(error));
    }
    return undefined;
  }
}

/**
 * Each acknowledged change has one record, written by its request. Each change of each job has one record, and each record of a job its change.
 *
 * @returns the number of records of jobs
 */
export async function expectNothingLost(
  owner: pg.Pool,
  acknowledged: readonly Acknowledged[],
): Promise<number> {
  const lost = await owner.query(
    `SELECT acknowledged.*, count(record.id)::int AS records
     FROM jsonb_to_recordset($1) AS acknowledged ("jobId" uuid, rev int, "requestId" text)
     LEFT JOIN public.audit_log AS record
       ON record.resource_id = acknowledged."jobId" AND record.rev = acknowledged.rev AND record.request_id = acknowledged."requestId"
     GROUP BY 1, 2, 3 HAVING count(record.id) <> 1`,
    [JSON.stringify(acknowledged)],
  );
  expect(lost.rows).toEqual([]);
  const uneven = await owner.query(
    `SELECT coalesce(job.id, record.resource_id) AS id, job.rev, record.revs
     FROM public.jobs AS job
     FULL JOIN (
       SELECT resource_id, array_agg(rev ORDER BY rev) AS revs FROM public.audit_log
       WHERE resource_type = 'job' AND rev IS NOT NULL GROUP BY resource_id
     ) AS record ON record.resource_id = job.id
     WHERE record.revs IS DISTINCT FROM ARRAY(SELECT generate_series(1, job.rev))`,
  );
  expect(uneven.rows).toEqual([]);
  const { rows } = await owner.query<{ records: number }>(
    `SELECT count(*)::int AS records FROM public.audit_log WHERE resource_type = 'job' AND rev IS NOT NULL`,
  );
  return rows[0]?.records ?? 0;
}

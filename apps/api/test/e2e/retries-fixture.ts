import type { Response } from 'supertest';
import type { Job } from '../../src/jobs/job.js';
import { LeaseSweeper } from '../../src/jobs/lease-sweeper.js';
import type { TestApp } from '../support/app.js';
import { recordsWhere } from '../support/audited.js';
import { call, succeed, type TestCoordinator } from '../support/registry.js';

export const POLICY = { delaySeconds: 10, backoff: 'exponential', maxDelaySeconds: 50 };

export const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

/** Seconds from the end of an attempt to the time until which the job is held back; null: it is not. */
export function delayOf({ notBefore, updatedAt }: Job): number | null {
  return notBefore === null ? null : Math.round((Date.parse(notBefore) - Date.parse(updatedAt)) / 1_000);
}

/** What a coordinator does with its jobs. */
export class Worker {
  constructor(
    private readonly test: TestApp,
    readonly coordinator: TestCoordinator,
  ) {}

  post(path: string, body: object, key = this.coordinator.apiKey): Promise<Response> {
    return call(this.test, 'post', path, { key, body });
  }

  claim(): Promise<Response> {
    return this.post('/coordinator/jobs/claim', { agentId: 'agent-1' });
  }

  fail(id: string, body: object = {}): Promise<Response> {
    return this.post(`/coordinator/jobs/${id}/fail`, { error: 'broken', ...body });
  }

  async start(id: string): Promise<Job> {
    const body = { status: 'RUNNING', agentId: 'agent-1', leaseSeconds: 30 };
    const { apiKey: key } = this.coordinator;
    return succeed(await call(this.test, 'patch', `/coordinator/jobs/${id}/status`, { key, body }));
  }

  async read(id: string): Promise<Job> {
    return succeed(await call(this.test, 'get', `/coordinator/jobs/${id}`, { key: this.coordinator.apiKey }));
  }

  /** Its lease is over, and swept. */
  async expire(id: string): Promise<Job> {
    await this.test.database.owner.query(
      `UPDATE public.jobs SET lease_expires_at = now() - interval '1 s' WHERE id = $1`,
      [id],
    );
    await this.test.app.get(LeaseSweeper).sweep();
    return this.read(id);
  }

  successesOf(id: string) {
    return recordsWhere(this.test, `resource_id = $1 AND outcome = 'SUCCESS'`, [id]);
  }
}

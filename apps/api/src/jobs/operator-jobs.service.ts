import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import type { StopJobsRequest } from './dto/operator-job.requests.js';
import type { Job } from './job.js';
import { filterOf } from './job-reads.service.js';
import { JobsRepository } from './jobs.repository.js';
import { OperatorJobsRepository } from './operator-jobs.repository.js';
import { cancelForOperator, retryForOperator } from './stop.statement.js';

/** Keeps one statement, and so the locks that it holds, short. */
const JOBS_IN_A_PART = 200;
/** Keeps one request short. The caller asks again if there are more. */
const PARTS_IN_A_REQUEST = 25;

export interface StoppedJobs {
  cancelled: number;
  /** whether further jobs match */
  more: boolean;
}

/**
 * Job changes of operators. The reason of the operator stands in the record of each change.
 *
 * No drain is needed, unlike for a withdrawn right: a report of a stopped attempt checks the job's own row, which it
 * locks, and so sees the stop (docs/adr/0055).
 */
@Injectable()
export class OperatorJobsService {
  constructor(
    private readonly jobs: JobsRepository,
    private readonly operatorJobs: OperatorJobsRepository,
  ) {}

  async cancel(caller: Caller, id: string, revs: number[] | null, reason: string): Promise<Job> {
    return (await this.jobs.change({ ...caller, reason }, id, revs, cancelForOperator)).job;
  }

  async retry(caller: Caller, id: string, revs: number[] | null, reason: string): Promise<Job> {
    return (await this.jobs.change({ ...caller, reason }, id, revs, retryForOperator)).job;
  }

  async cancelAll(caller: Caller, request: StopJobsRequest): Promise<StoppedJobs> {
    const { workspaceId, status, ...others } = request;
    const statuses = status === undefined ? null : [status].flat();
    const filter = { ...filterOf(others), workspaceId, statuses };
    let cancelled = 0;
    let more = true;
    for (let parts = 0; more && parts < PARTS_IN_A_REQUEST; parts += 1) {
      const part = await this.operatorJobs.stopPart(
        { ...caller, reason: request.reason },
        filter,
        JOBS_IN_A_PART,
      );
      cancelled += part.stopped;
      more = part.more;
    }
    return { cancelled, more };
  }
}

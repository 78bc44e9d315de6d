import { Injectable } from '@nestjs/common';
import { ReadRecorder } from '../audit-log/recording/read-recorder.js';
import type { Caller } from '../common/access/caller.js';
import type { Wait } from '../common/http/wait.js';
import { decodeNumber, encodeNumber } from '../common/pagination/cursor.js';
import { type Page, toPage } from '../common/pagination/page.js';
import type { PageQuery } from '../common/pagination/page.query.js';
import type { JobFilterQuery, ListJobsQuery, OperatorJobsQuery } from './dto/list-jobs.query.js';
import type { Job, JobAttempt, JobCount } from './job.js';
import { decodeJobCursor, encodeJobCursor } from './job-cursor.js';
import type { JobFilter } from './job-filter.statement.js';
import { JobReadsRepository } from './job-reads.repository.js';
import { WaitingRequests } from './waiting/waiting-requests.js';

/** What a read waits for, and how long. */
export interface UnknownJob {
  isKnown(job: Job): boolean;
  wait: Wait;
}

/** Job reads of coordinators and operators. They are recorded if `AUDIT_READS` says so. */
@Injectable()
export class JobReadsService {
  constructor(
    private readonly jobs: JobReadsRepository,
    private readonly recorder: ReadRecorder,
    private readonly waiting: WaitingRequests,
  ) {}

  /** @param until waits until the job is not what the client knows */
  async find(caller: Caller, id: string, until?: UnknownJob): Promise<Job> {
    let job = await this.jobs.find(caller, id);
    if (until?.isKnown(job)) {
      await this.waiting.untilChanged(caller, { jobId: id, rev: job.rev }, until.wait, async () => {
        job = await this.jobs.find(caller, id);
        return until.isKnown(job) ? job.rev : null;
      });
    }
    await this.recorder.recordRead(caller, { action: 'job.read', jobId: id, workspaceId: job.workspaceId });
    return job;
  }

  async attempts(caller: Caller, id: string, { limit, cursor }: PageQuery): Promise<Page<JobAttempt>> {
    const after = cursor === undefined ? -1 : decodeNumber('attempt', cursor);
    const { workspaceId, attempts } = await this.jobs.attempts(caller, id, { limit, after });
    await this.recorder.recordRead(caller, { action: 'job.read', jobId: id, workspaceId });
    return toPage(attempts, ({ attempt }) => encodeNumber('attempt', attempt));
  }

  async list(caller: Caller, query: ListJobsQuery): Promise<Page<Job>> {
    const { status, ...others } = query;
    return await this.listMatching(
      caller,
      filterOf({ ...others, ...(status !== undefined && { status: [status] }) }),
      query,
    );
  }

  listForOperator(caller: Caller, query: OperatorJobsQuery): Promise<Page<Job>> {
    return this.listMatching(caller, filterOf(query), query);
  }

  async count(caller: Caller, query: JobFilterQuery): Promise<JobCount> {
    const filter = filterOf(query);
    const count = await this.jobs.count(caller, filter);
    await this.recorder.recordRead(caller, { action: 'jobs.listed', workspaceId: filter.workspaceId });
    return count;
  }

  private async listMatching(
    caller: Caller,
    filter: JobFilter,
    { limit, cursor }: PageQuery,
  ): Promise<Page<Job>> {
    const belowId = cursor === undefined ? null : decodeJobCursor(cursor);
    const { jobs, nextBelowId } = await this.jobs.list(caller, filter, { limit, belowId });
    await this.recorder.recordRead(caller, { action: 'jobs.listed', workspaceId: filter.workspaceId });
    return { items: jobs, nextCursor: nextBelowId === null ? null : encodeJobCursor(nextBelowId) };
  }
}

/** The filter of a query or a body. */
export function filterOf(given: JobFilterQuery): JobFilter {
  const { status, repository, workspaceId, type, issueNumber, coordinatorId, lease } = given;
  const { createdAfter, createdBefore, updatedBefore } = given;
  return {
    workspaceId: workspaceId ?? null,
    statuses: status ?? null,
    type: type ?? null,
    repository: repository?.toLowerCase() ?? null,
    issueNumber: issueNumber ?? null,
    coordinatorId: coordinatorId ?? null,
    createdAfter: createdAfter ?? null,
    createdBefore: createdBefore ?? null,
    updatedBefore: updatedBefore ?? null,
    lease: lease ?? null,
  };
}

import { Injectable } from '@nestjs/common';
import { ReadRecorder } from '../audit-log/recording/read-recorder.js';
import type { Caller } from '../common/access/caller.js';
import { decodeNumber, encodeNumber } from '../common/pagination/cursor.js';
import { type Page, toPage } from '../common/pagination/page.js';
import type { PageQuery } from '../common/pagination/page.query.js';
import type { ListJobsQuery } from './dto/list-jobs.query.js';
import type { Job, JobAttempt } from './job.js';
import { decodeJobCursor, encodeJobCursor } from './job-cursor.js';
import { JobReadsRepository } from './job-reads.repository.js';

/** Job reads of coordinators and operators. They are recorded if `AUDIT_READS` says so. */
@Injectable()
export class JobReadsService {
  constructor(
    private readonly jobs: JobReadsRepository,
    private readonly recorder: ReadRecorder,
  ) {}

  async find(caller: Caller, id: string): Promise<Job> {
    const job = await this.jobs.find(caller, id);
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
    const { limit, cursor } = query;
    const filter = {
      workspaceId: query.workspaceId ?? null,
      status: query.status ?? null,
      type: query.type ?? null,
      repository: query.repository?.toLowerCase() ?? null,
      issueNumber: query.issueNumber ?? null,
    };
    const belowId = cursor === undefined ? null : decodeJobCursor(cursor);
    const { jobs, nextBelowId } = await this.jobs.list(caller, filter, { limit, belowId });
    await this.recorder.recordRead(caller, { action: 'jobs.listed', workspaceId: filter.workspaceId });
    return { items: jobs, nextCursor: nextBelowId === null ? null : encodeJobCursor(nextBelowId) };
  }
}

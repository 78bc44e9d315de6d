import { Injectable } from '@nestjs/common';
import { ReadRecorder } from '../audit-log/recording/read-recorder.js';
import type { Caller } from '../common/access/caller.js';
import { type Page, toPage } from '../common/pagination/page.js';
import type { ListJobsQuery } from './dto/list-jobs.query.js';
import type { Job, JobAttempt } from './job.js';
import { decodeJobCursor, encodeJobCursor } from './job-cursor.js';
import { JobReadsRepository } from './job-reads.repository.js';

/** What coordinators and operators read of jobs; recorded where `AUDIT_READS` asks for it. */
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

  async attempts(caller: Caller, id: string): Promise<{ items: JobAttempt[] }> {
    const { workspaceId, attempts } = await this.jobs.attempts(caller, id);
    await this.recorder.recordRead(caller, { action: 'job.read', jobId: id, workspaceId });
    return { items: attempts };
  }

  async list(caller: Caller, query: ListJobsQuery): Promise<Page<Job>> {
    const { limit, cursor } = query;
    const filter = {
      workspaceId: query.workspaceId ?? null,
      status: query.status ?? null,
      type: query.type ?? null,
      repository: query.repository ?? null,
      issueNumber: query.issueNumber ?? null,
    };
    const belowId = cursor === undefined ? null : decodeJobCursor(cursor);
    const found = await this.jobs.list(caller, filter, { limit: limit + 1, belowId });
    await this.recorder.recordRead(caller, { action: 'jobs.listed', workspaceId: filter.workspaceId });
    return toPage(found, limit, ({ id }) => encodeJobCursor(id));
  }
}

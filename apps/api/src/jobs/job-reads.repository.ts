import { Injectable } from '@nestjs/common';
import { accessRefused } from '../common/access/access-refused.error.js';
import type { Caller } from '../common/access/caller.js';
import { assertAllowed, onBehalfOf } from '../database/audited-statement.js';
import { PrismaService } from '../database/prisma.service.js';
import { Prisma } from '../generated/prisma/client.js';
import type { Job, JobAttempt, JobStatus } from './job.js';
import { type AttemptRow, isAttemptRow, isJobRow, type JobRow, toAttempt, toJob } from './job-row.js';
import { JobNotFoundError } from './jobs.errors.js';
import { withinReach } from './reach.statement.js';

type Answer<Row> = Row & { refusal: string | null };

export interface JobFilter {
  workspaceId: string | null;
  status: JobStatus | null;
  type: string | null;
  repository: string | null;
  issueNumber: number | null;
}

/** Jobs as coordinators and operators read them, each within its own workspaces. */
@Injectable()
export class JobReadsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** @throws DomainError `not-found`, and the guard's refusals */
  async find(caller: Caller, id: string): Promise<Job> {
    const [row] = await this.prisma.rows<
      Answer<Partial<JobRow> & { foreign_workspace_id: string | null }>
    >(Prisma.sql`
      WITH ${onBehalfOf(caller)},
      found AS (
        SELECT job.* FROM public.jobs AS job, caller
        WHERE caller.refusal IS NULL AND job.id = ${id}::uuid AND ${withinReach(caller, Prisma.sql`job.workspace_id`)}
      )
      SELECT caller.refusal, found.*,
        CASE WHEN found.id IS NULL AND caller.refusal IS NULL
          THEN (SELECT workspace_id FROM public.jobs WHERE id = ${id}::uuid) END AS foreign_workspace_id
      FROM caller LEFT JOIN found ON true`);
    assertAllowed(row);
    if (!isJobRow(row)) throw new JobNotFoundError(id, row.foreign_workspace_id);
    return toJob(row);
  }

  /**
   * The runs of a job, first to last. One that has ended has its own row; the present one is read off the job.
   *
   * @throws DomainError `not-found`, and the guard's refusals
   */
  async attempts(caller: Caller, id: string): Promise<{ workspaceId: string; attempts: JobAttempt[] }> {
    const rows = await this.prisma.rows<
      Answer<Partial<AttemptRow> & { workspace_id: string | null; foreign_workspace_id: string | null }>
    >(Prisma.sql`
      WITH ${onBehalfOf(caller)},
      job AS MATERIALIZED (
        SELECT job.* FROM public.jobs AS job, caller
        WHERE caller.refusal IS NULL AND job.id = ${id}::uuid AND ${withinReach(caller, Prisma.sql`job.workspace_id`)}
      ),
      attempts AS (
        SELECT ended.attempt, ended.status, ended.coordinator_id, ended.agent_id, ended.agent_type, ended.progress_percent,
          ended.current_step, ended.tokens_used, ended.duration_seconds, ended.result, ended.error, ended.failed_step,
          ended.gate_results, ended.continuation_prompt, ended.started_at, ended.ended_at
        FROM public.job_attempts AS ended JOIN job ON job.id = ended.job_id
        UNION ALL
        SELECT job.attempt, job.status, job.coordinator_id, job.agent_id, job.agent_type, job.progress_percent,
          job.current_step, job.tokens_used, job.duration_seconds, job.result, job.error, job.failed_step,
          job.gate_results, job.continuation_prompt, job.started_at, job.ended_at
        FROM job WHERE job.status = 'RUNNING'
      )
      SELECT caller.refusal, job.workspace_id, attempts.*,
        CASE WHEN job.id IS NULL AND caller.refusal IS NULL
          THEN (SELECT workspace_id FROM public.jobs WHERE id = ${id}::uuid) END AS foreign_workspace_id
      FROM caller LEFT JOIN job ON true LEFT JOIN attempts ON true
      ORDER BY attempts.attempt`);
    const [first] = rows;
    assertAllowed(first);
    const { workspace_id: workspaceId } = first;
    if (workspaceId === null) throw new JobNotFoundError(id, first.foreign_workspace_id);
    return { workspaceId, attempts: rows.filter(isAttemptRow).map(toAttempt) };
  }

  /**
   * Newest first: ids are UUIDv7, so a page begins below the last id of the page before.
   *
   * @throws DomainError `workspace-forbidden` for a workspace filter out of reach, and the guard's refusals
   */
  async list(
    caller: Caller,
    filter: JobFilter,
    page: { limit: number; belowId: string | null },
  ): Promise<Job[]> {
    const rows = await this.prisma.rows<Answer<Partial<JobRow> & { allowed: boolean }>>(Prisma.sql`
      WITH ${onBehalfOf(caller)},
      found AS (
        SELECT job.* FROM public.jobs AS job, caller
        WHERE caller.refusal IS NULL AND ${withinReach(caller, Prisma.sql`job.workspace_id`)}
          ${filter.workspaceId === null ? Prisma.empty : Prisma.sql`AND job.workspace_id = ${filter.workspaceId}::uuid`}
          ${filter.status === null ? Prisma.empty : Prisma.sql`AND job.status = ${filter.status}::public.job_status`}
          ${filter.type === null ? Prisma.empty : Prisma.sql`AND job.type = ${filter.type}`}
          ${filter.repository === null ? Prisma.empty : Prisma.sql`AND job.repository = lower(${filter.repository})`}
          ${filter.issueNumber === null ? Prisma.empty : Prisma.sql`AND job.issue_number = ${filter.issueNumber}::int`}
          ${page.belowId === null ? Prisma.empty : Prisma.sql`AND job.id < ${page.belowId}::uuid`}
        ORDER BY job.id DESC
        LIMIT ${page.limit}::int
      )
      SELECT caller.refusal, found.*,
        ${filter.workspaceId === null ? Prisma.sql`true` : withinReach(caller, Prisma.sql`${filter.workspaceId}::uuid`)} AS allowed
      FROM caller LEFT JOIN found ON true
      ORDER BY found.id DESC`);
    const [first] = rows;
    assertAllowed(first);
    if (!first.allowed) {
      throw accessRefused('workspace-forbidden', {
        ...(filter.workspaceId !== null && { workspaceId: filter.workspaceId }),
        resourceType: 'workspace',
      });
    }
    return rows.filter(isJobRow).map(toJob);
  }
}

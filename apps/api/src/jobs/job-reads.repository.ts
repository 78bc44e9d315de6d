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

export interface JobPage {
  limit: number;
  /** where the page before ended; null for the first */
  belowId: string | null;
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
  async list(caller: Caller, filter: JobFilter, page: JobPage): Promise<Job[]> {
    const rows = await this.prisma.rows<Answer<Partial<JobRow> & { allowed: boolean }>>(
      listStatement(caller, filter, page),
    );
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

/**
 * Each workspace gives its newest jobs that fit, off the end of a range of an index and without a sort; the newest of all these are the
 * page.
 *
 *   for each workspace: Limit: Index Only Scan Backward using jobs_workspace_id_idx or jobs_*_workspace_id_idx
 */
export function listStatement(caller: Caller, filter: JobFilter, page: JobPage): Prisma.Sql {
  const { workspaceId } = filter;
  return Prisma.sql`
    WITH ${onBehalfOf(caller)},
    reach AS MATERIALIZED (
      SELECT workspace.id FROM public.workspaces AS workspace, caller
      WHERE caller.refusal IS NULL AND ${withinReach(caller, Prisma.sql`workspace.id`)}
        ${workspaceId === null ? Prisma.empty : Prisma.sql`AND workspace.id = ${workspaceId}::uuid`}
    ),
    newest AS MATERIALIZED (
      SELECT first.id FROM reach CROSS JOIN LATERAL (${newestOf(Prisma.sql`reach.id`, filter, page)}) AS first
      ORDER BY first.id DESC
      LIMIT ${page.limit}::int
    )
    SELECT caller.refusal, job.*,
      ${workspaceId === null ? Prisma.sql`true` : withinReach(caller, Prisma.sql`${workspaceId}::uuid`)} AS allowed
    FROM caller LEFT JOIN (
      SELECT job.* FROM newest CROSS JOIN LATERAL (SELECT * FROM public.jobs WHERE id = newest.id LIMIT 1) AS job
    ) AS job ON true
    ORDER BY job.id DESC`;
}

/**
 * Compared by rows, the first filter and the workspace are a range of the one index that begins with this filter, in its order. Compared each
 * by `=`, Postgres may as well read all jobs by their ids until enough of them fit, which for a small workspace beside a large one, or a
 * status that no job has, is all.
 */
function newestOf(workspaceId: Prisma.Sql, filter: JobFilter, { limit, belowId }: JobPage): Prisma.Sql {
  const { status, type, repository, issueNumber } = filter;
  const [first, ...others] = [
    ...(repository === null ? [] : [{ column: 'repository', value: Prisma.sql`lower(${repository})` }]),
    ...(status === null ? [] : [{ column: 'status', value: Prisma.sql`${status}::public.job_status` }]),
    ...(type === null ? [] : [{ column: 'type', value: Prisma.sql`${type}::text` }]),
  ].map(({ column, value }) => ({ column: Prisma.raw(`job.${column}`), value }));
  const range = [
    ...(first === undefined ? [] : [first]),
    { column: Prisma.sql`job.workspace_id`, value: workspaceId },
  ];
  const columns = Prisma.join(range.map(({ column }) => column));
  const values = Prisma.join(range.map(({ value }) => value));
  const conditions = [
    Prisma.sql`(${columns}) >= (${values})`,
    belowId === null
      ? Prisma.sql`(${columns}) <= (${values})`
      : Prisma.sql`(${columns}, job.id) < (${values}, ${belowId}::uuid)`,
    ...others.map(({ column, value }) => Prisma.sql`${column} = ${value}`),
    // What the index on it is limited to.
    ...(repository === null ? [] : [Prisma.sql`job.repository IS NOT NULL`]),
    ...(issueNumber === null ? [] : [Prisma.sql`job.issue_number = ${issueNumber}::int`]),
  ];
  return Prisma.sql`
    SELECT job.id FROM public.jobs AS job
    WHERE ${Prisma.join(conditions, ' AND ')}
    ORDER BY ${Prisma.join(range.map(({ column }) => Prisma.sql`${column} DESC`))}, job.id DESC
    LIMIT ${limit}::int`;
}

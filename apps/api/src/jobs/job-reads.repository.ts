import { Injectable } from '@nestjs/common';
import { accessRefused } from '../common/access/access-refused.error.js';
import type { Caller } from '../common/access/caller.js';
import type { ListPart } from '../common/pagination/page.js';
import { assertAllowed, givenCaller, kindOf, onBehalfOf } from '../database/audited-statement.js';
import { type BoundedRow, listedFrom, rowsWithin } from '../database/page-bytes.js';
import { PrismaService } from '../database/prisma.service.js';
import { given, shapes } from '../database/shape.js';
import { Prisma } from '../generated/prisma/client.js';
import type { Job, JobAttempt, JobCount, JobStatus } from './job.js';
import { countStatement } from './job-count.statement.js';
import type { JobFilter } from './job-filter.statement.js';
import { type JobPage, listStatement } from './job-list.statement.js';
import {
  type AttemptRow,
  attemptColumnsOf,
  isAttemptRow,
  isJobRow,
  type JobRow,
  toAttempt,
  toJob,
} from './job-row.js';
import { JobNotFoundError } from './jobs.errors.js';
import { inWorkspaceScope } from './workspace-scope.statement.js';

type Answer<Row> = Row & { refusal: string | null };

/** Reads jobs for coordinators and operators, each within their workspace scope. */
@Injectable()
export class JobReadsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** @throws DomainError `not-found`, and the refusals of `assertAllowed` */
  async find(caller: Caller, id: string): Promise<Job> {
    const [row] = await this.prisma.rowsShared<
      Answer<Partial<JobRow> & { foreign_workspace_id: string | null }>
    >(findStatement({ caller, id }));
    assertAllowed(row);
    if (!isJobRow(row)) throw new JobNotFoundError(id, row.foreign_workspace_id);
    return toJob(row);
  }

  /**
   * The attempts of a job, in ascending order, after the given one. A past attempt has its own row. The current attempt
   * is read from the job.
   *
   * @throws DomainError `not-found`, and the refusals of `assertAllowed`
   */
  async attempts(
    caller: Caller,
    id: string,
    { limit, after }: { limit: number; after: number },
  ): Promise<{ workspaceId: string; attempts: ListPart<JobAttempt> }> {
    const rows = await this.prisma.rows<
      Answer<Partial<AttemptRow>> &
        BoundedRow & { workspace_id: string | null; foreign_workspace_id: string | null }
    >(Prisma.sql`
      WITH RECURSIVE ${onBehalfOf(caller)},
      job AS MATERIALIZED (
        SELECT job.* FROM public.jobs AS job, caller
        WHERE caller.refusal IS NULL AND job.id = ${id}::uuid AND ${inWorkspaceScope(caller, Prisma.sql`job.workspace_id`)}
      ),
      found AS MATERIALIZED (
        SELECT ARRAY(
          SELECT attempt FROM (${attemptsWhere((attempt) => Prisma.sql`${attempt} > ${after}::bigint`)}) AS later
          ORDER BY attempt
          LIMIT ${limit + 1}::int
        ) AS attempts
      ),
      ${rowsWithin(limit, attemptAt)}
      SELECT caller.refusal, job.workspace_id, attempt.*,
        cardinality(found.attempts) > (SELECT max(place) FROM page) AS more,
        CASE WHEN job.id IS NULL AND caller.refusal IS NULL
          THEN (SELECT workspace_id FROM public.jobs WHERE id = ${id}::uuid) END AS foreign_workspace_id
      FROM caller CROSS JOIN found
        LEFT JOIN job ON true
        LEFT JOIN LATERAL (
          SELECT attempt.* FROM page CROSS JOIN LATERAL (${attemptAt(Prisma.sql`page.place`)}) AS attempt
        ) AS attempt ON true
      ORDER BY attempt.attempt`);
    const [first] = rows;
    assertAllowed(first);
    const { workspace_id: workspaceId } = first;
    if (workspaceId === null) throw new JobNotFoundError(id, first.foreign_workspace_id);
    return { workspaceId, attempts: listedFrom(rows, isAttemptRow<(typeof rows)[number]>, toAttempt) };
  }

  /**
   * Newest first. Ids are UUIDv7, so a page begins below the last id of the previous page.
   *
   * @returns the jobs, and in `nextBelowId` where the next page begins; null at the end of the list
   * @throws DomainError `workspace-forbidden` if the workspace filter is outside the workspace scope, and the guard's
   *   refusals
   */
  async list(
    caller: Caller,
    filter: JobFilter,
    page: JobPage,
  ): Promise<{ jobs: Job[]; nextBelowId: string | null }> {
    const rows = await this.prisma.rows<
      Answer<Partial<JobRow> & { allowed: boolean; next_below_id: string | null }>
    >(listStatement(caller, filter, page));
    const [first] = rows;
    assertAllowed(first);
    if (!first.allowed) throw workspaceForbidden(filter);
    return { jobs: rows.filter(isJobRow).map(toJob), nextBelowId: first.next_below_id };
  }

  /** @throws DomainError as {@link list} */
  async count(caller: Caller, filter: JobFilter): Promise<JobCount> {
    const rows = await this.prisma.rows<CountRow>(countStatement(caller, filter));
    const [first] = rows;
    assertAllowed(first);
    if (!first.allowed) throw workspaceForbidden(filter);
    const of = (status: JobStatus) => rows.find((it) => it.status === status)?.jobs ?? 0;
    const running = rows.find((it) => it.status === 'RUNNING');
    return {
      byStatus: {
        PENDING: of('PENDING'),
        RUNNING: of('RUNNING'),
        COMPLETED: of('COMPLETED'),
        FAILED: of('FAILED'),
        CANCELLED: of('CANCELLED'),
      },
      withoutLease: running?.without_lease ?? 0,
      lastLeaseExpiresAt: running?.last_lease_expires_at?.toISOString() ?? null,
      capped: rows.some(({ capped }) => capped),
      asOf: first.as_of.toISOString(),
    };
  }
}

interface CountRow {
  refusal: string | null;
  allowed: boolean;
  as_of: Date;
  /** null in the only row: no job matches */
  status: JobStatus | null;
  jobs: number;
  without_lease: number;
  last_lease_expires_at: Date | null;
  capped: boolean;
}

function workspaceForbidden({ workspaceId }: JobFilter) {
  return accessRefused('workspace-forbidden', {
    ...(workspaceId !== null && { workspaceId }),
    resourceType: 'workspace',
  });
}

const findStatement = shapes(
  ({ caller }: { caller: Caller; id: string }) => [kindOf(caller)],
  (kind) => {
    const caller = givenCaller(kind);
    const id = given((it: { id: string }) => it.id);
    return Prisma.sql`
      WITH ${onBehalfOf(caller)},
      found AS (
        SELECT job.* FROM public.jobs AS job, caller
        WHERE caller.refusal IS NULL AND job.id = ${id}::uuid AND ${inWorkspaceScope(caller, Prisma.sql`job.workspace_id`)}
      )
      SELECT caller.refusal, found.*,
        CASE WHEN found.id IS NULL AND caller.refusal IS NULL
          THEN (SELECT workspace_id FROM public.jobs WHERE id = ${id}::uuid) END AS foreign_workspace_id
      FROM caller LEFT JOIN found ON true`;
  },
);

/** The past and the current attempts of the CTE `job`. */
function attemptsWhere(condition: (attempt: Prisma.Sql) => Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT ${attemptColumnsOf('ended')} FROM job JOIN public.job_attempts AS ended ON ended.job_id = job.id
    WHERE ${condition(Prisma.sql`ended.attempt`)}
    UNION ALL
    SELECT ${attemptColumnsOf('job')} FROM job WHERE job.status = 'RUNNING' AND ${condition(Prisma.sql`job.attempt`)}`;
}

/** The attempt at a position of the CTE `found`. */
function attemptAt(place: Prisma.Sql): Prisma.Sql {
  return attemptsWhere((attempt) => Prisma.sql`${attempt} = (SELECT attempts[${place}] FROM found)`);
}

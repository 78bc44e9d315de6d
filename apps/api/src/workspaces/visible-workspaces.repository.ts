import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import type { ListPart, PageRange } from '../common/pagination/page.js';
import { assertAllowed, onBehalfOf } from '../database/audited-statement.js';
import { beginsWith, comesAfter, isAmong, NEWEST_FIRST } from '../database/keyset.js';
import { type BoundedRow, boundedPage, listedFrom } from '../database/page-bytes.js';
import { PrismaService } from '../database/prisma.service.js';
import type { RowOf } from '../database/row.js';
import { Prisma, type Workspace as WorkspaceModel } from '../generated/prisma/client.js';
import type { VisibleWorkspace } from './workspace.js';

interface VisibleRow extends RowOf<WorkspaceModel, 'id' | 'slug' | 'name' | 'maxRunning' | 'createdAt'> {
  running: number;
  pending: number;
}

type Answer = Partial<VisibleRow> & { refusal: string | null } & BoundedRow;

/** A page of workspaces counts at most 200,000 jobs. */
const MAX_COUNTED = 1_000;

/**
 * SQL: how many jobs of `workspace` have the status, up to {@link MAX_COUNTED}. Compared as rows, so that they are a
 * range of `jobs_status_workspace_id_idx`.
 */
function jobsWith(status: 'RUNNING' | 'PENDING'): Prisma.Sql {
  const place = Prisma.sql`(${Prisma.raw(`'${status}'`)}::public.job_status, workspace.id)`;
  return Prisma.sql`(
    SELECT count(*)::int FROM (
      SELECT FROM public.jobs AS job
      WHERE (job.status, job.workspace_id) >= ${place} AND (job.status, job.workspace_id) <= ${place}
      LIMIT ${MAX_COUNTED}::int
    ) AS counted)`;
}

/** Reads what every operator may see of workspaces. Not over the reserved sessions, because it counts jobs. */
@Injectable()
export class VisibleWorkspacesRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Newest first.
   *
   * @throws DomainError the refusals of `assertAllowed`
   */
  async list(
    caller: Caller,
    { ids, search }: { ids?: string[] | undefined; search?: string | undefined },
    page: PageRange,
  ): Promise<ListPart<VisibleWorkspace>> {
    const rows = await this.prisma.$queryRaw<Answer[]>`
      WITH ${onBehalfOf(caller)},
      listed AS MATERIALIZED (
        SELECT workspace.id, workspace.slug, workspace.name, workspace.max_running, workspace.created_at,
          ${jobsWith('RUNNING')} AS running, ${jobsWith('PENDING')} AS pending
        FROM (
          SELECT workspace.* FROM public.workspaces AS workspace, caller
          WHERE caller.refusal IS NULL AND (caller.workspace_ids IS NULL OR workspace.id = ANY (caller.workspace_ids))
            AND ${isAmong('workspace.id', ids)} AND ${beginsWith(['workspace.slug', 'workspace.name'], search)}
            AND ${comesAfter(Prisma.sql`workspace`, page.after)}
          ORDER BY workspace.created_at DESC, workspace.id DESC
          LIMIT ${page.limit + 1}::int
        ) AS workspace
      ),
      ${boundedPage(NEWEST_FIRST, page.limit)}
      SELECT caller.refusal, page.* FROM caller LEFT JOIN page ON true ORDER BY page.place`;
    assertAllowed(rows[0]);
    return listedFrom(rows, isVisibleRow, toVisible);
  }
}

function isVisibleRow(row: Answer): row is Answer & VisibleRow {
  return typeof row.id === 'string';
}

function toVisible({
  id,
  slug,
  name,
  max_running,
  running,
  pending,
  created_at,
}: VisibleRow): VisibleWorkspace {
  return { id, slug, name, maxRunning: max_running, running, pending, createdAt: created_at.toISOString() };
}

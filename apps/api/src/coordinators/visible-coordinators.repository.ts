import { Injectable } from '@nestjs/common';
import type { Caller } from '../common/access/caller.js';
import type { ListPart, PageRange } from '../common/pagination/page.js';
import { assertAllowed, onBehalfOf } from '../database/audited-statement.js';
import { beginsWith, comesAfter, isAmong, NEWEST_FIRST } from '../database/keyset.js';
import { type BoundedRow, boundedPage, listedFrom } from '../database/page-bytes.js';
import { PrismaService } from '../database/prisma.service.js';
import type { RowOf } from '../database/row.js';
import { type Coordinator as CoordinatorModel, Prisma } from '../generated/prisma/client.js';
import type { VisibleCoordinator } from './coordinator.js';

type VisibleRow = RowOf<CoordinatorModel, 'id' | 'name' | 'status' | 'createdAt'>;
type Answer = Partial<VisibleRow> & { refusal: string | null } & BoundedRow;

const MAY_TOUCH = Prisma.sql`EXISTS (
  SELECT FROM public.coordinator_workspaces AS allowed
  WHERE allowed.coordinator_id = coordinator.id AND allowed.workspace_id = ANY (caller.workspace_ids))`;

/** Its name is in jobs and records that the operator may read. Query plan: `Index Only Scan using …workspace_actor_idx` */
const HAS_ACTED = Prisma.sql`EXISTS (
  SELECT FROM public.audit_log AS record
  WHERE record.actor_id = coordinator.id AND record.workspace_id = ANY (caller.workspace_ids))`;

/** Reads what every operator may see of coordinators. */
@Injectable()
export class VisibleCoordinatorsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Newest first, with deleted coordinators.
   *
   * @throws DomainError the refusals of `assertAllowed`
   */
  async list(
    caller: Caller,
    { ids, search }: { ids?: string[] | undefined; search?: string | undefined },
    page: PageRange,
  ): Promise<ListPart<VisibleCoordinator>> {
    // Without ids, each coordinator would cost a look into the log.
    const inReach = ids === undefined ? MAY_TOUCH : Prisma.sql`(${MAY_TOUCH} OR ${HAS_ACTED})`;
    const rows = await this.prisma.$queryRaw<Answer[]>`
      WITH ${onBehalfOf(caller)},
      listed AS MATERIALIZED (
        SELECT coordinator.id, coordinator.name, coordinator.status, coordinator.created_at
        FROM public.coordinators AS coordinator, caller
        WHERE caller.refusal IS NULL AND (caller.workspace_ids IS NULL OR ${inReach})
          AND ${isAmong('coordinator.id', ids)} AND ${beginsWith(['coordinator.name'], search)}
          AND ${comesAfter(Prisma.sql`coordinator`, page.after)}
        ORDER BY coordinator.created_at DESC, coordinator.id DESC
        LIMIT ${page.limit + 1}::int
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

function toVisible({ id, name, status, created_at }: VisibleRow): VisibleCoordinator {
  return { id, name, status, createdAt: created_at.toISOString() };
}

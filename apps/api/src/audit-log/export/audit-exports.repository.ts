import { Injectable } from '@nestjs/common';
import { accessRefused } from '../../common/access/access-refused.error.js';
import type { Caller } from '../../common/access/caller.js';
import type { Cursor } from '../../common/pagination/cursor.js';
import { assertAllowed, onBehalfOf } from '../../database/audited-statement.js';
import { PrismaService } from '../../database/prisma.service.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { AuditFilter } from '../audit-record.js';
import {
  forbidden,
  LEAF_OF_RECORD,
  linesStatement,
  personalValuesOf,
} from '../reading/audit-log.statement.js';
import { pageWithin, type ScannedRow } from '../reading/scanned-page.js';
import { RECORD_LINE } from '../record-line.statement.js';

/** Records in one statement: what an export has in memory at once. */
const RECORDS_AT_ONCE = 1_000;
/** Records at the end that are not sealed. There are more of them only while sealing has stopped. */
const MOST_UNSEALED = 10_000;

/** When the record of a leaf was written, by its id: in which partition it lies. */
const LEAF_MOMENT = Prisma.sql`pg_catalog.to_timestamp(
  ('x' || pg_catalog.substr(pg_catalog.replace(leaf.record_id::text, '-', ''), 1, 12))::bit(48)::bigint / 1000.0)`;

type Answer<Row> = { refusal: string | null } & { [Column in keyof Row]: Row[Column] | null };

/**
 * The log as lines (see `RECORD_LINE`), read page by page: no transaction stays open for as long as a client takes to read, and
 * whoever loses a right loses it in the middle of an export.
 */
@Injectable()
export class AuditExportsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Records that the caller takes this out.
   *
   * @returns whether the caller is limited to some workspaces
   * @throws DomainError `workspace-forbidden`, and the refusals of the guard
   */
  async begin(caller: Caller, format: string, filter: AuditFilter): Promise<{ limited: boolean }> {
    const { workspaceId } = filter;
    const [row] = await this.prisma.$queryRaw<
      { refusal: string | null; forbidden: boolean; limited: boolean; recorded: boolean | null }[]
    >`
      WITH ${onBehalfOf(caller)}
      SELECT caller.refusal, ${forbidden(filter)} AS forbidden, caller.workspace_ids IS NOT NULL AS limited,
        CASE WHEN ctx.ready AND NOT ${forbidden(filter)}
          THEN public.audit_record_export(${format}, ${workspaceId ?? null}::uuid, ${JSON.stringify(filter)}::jsonb)
        END AS recorded
      FROM caller LEFT JOIN ctx ON true`;
    assertAllowed(row);
    if (row.forbidden && workspaceId !== undefined) {
      throw accessRefused('workspace-forbidden', { workspaceId, resourceType: 'audit-log' });
    }
    return { limited: row.limited };
  }

  /** What fits the filter and the caller may see, newest first. */
  async *filtered(caller: Caller, filter: AuditFilter): AsyncGenerator<string[]> {
    for (let after: Cursor | undefined; ; ) {
      const rows = await this.prisma.$queryRaw<Answer<ScannedRow & { line: string }>[]>(
        linesStatement(caller, filter, { limit: RECORDS_AT_ONCE, after }),
      );
      assertAllowed(rows[0]);
      const { shown, next } = pageWithin(rows.filter(isWhole), RECORDS_AT_ONCE);
      yield shown.map(({ line }) => line);
      if (next === undefined) return;
      after = next;
    }
  }

  /**
   * All of the log, in the order of the tree, also what retention has left of it; then what is not sealed. For a caller who is not
   * limited; a limited one gets nothing.
   *
   * @throws Error where more is not sealed than fits one statement, so that no part looks like the whole
   */
  async *whole(caller: Caller): AsyncGenerator<string[]> {
    for (let next = 0; ; ) {
      const rows = await this.prisma.$queryRaw<Answer<{ leaf_index: bigint; line: string }>[]>(
        wholeStatement(caller, next),
      );
      assertAllowed(rows[0]);
      if (
        rows.filter(({ line, leaf_index: index }) => line !== null && index === null).length > MOST_UNSEALED
      ) {
        throw new Error(
          `more than ${MOST_UNSEALED} records are not sealed: until they are, the log cannot be exported as a whole`,
        );
      }
      yield rows.flatMap(({ line }) => (line === null ? [] : [line]));
      const sealed = rows.flatMap(({ leaf_index: index }) => (index === null ? [] : [Number(index)]));
      const last = sealed.at(-1);
      if (sealed.length < RECORDS_AT_ONCE || last === undefined) return;
      next = last + 1;
    }
  }
}

/**
 * Leaves from this index on, with what is left of their records, and after the last of them what is not sealed: rows of `refusal`,
 * `leaf_index` and `line`; always at least one. Each `LATERAL` with a `LIMIT` keeps the planner from reading all of a large log for a page.
 *
 *   Index Scan using audit_leaves_pkey; for each, an index scan of one partition. At the end a range of the index on (xid, id)
 */
export function wholeStatement(caller: Caller, next: number): Prisma.Sql {
  return Prisma.sql`
    WITH ${onBehalfOf(caller)},
    leaf AS MATERIALIZED (
      SELECT leaf.* FROM caller CROSS JOIN LATERAL (
        SELECT * FROM public.audit_leaves WHERE leaf_index >= ${next}::bigint ORDER BY leaf_index LIMIT ${RECORDS_AT_ONCE}::int
      ) AS leaf
      WHERE caller.refusal IS NULL AND caller.workspace_ids IS NULL
    )
    SELECT caller.refusal, page.*
    FROM caller LEFT JOIN (
      SELECT leaf.leaf_index, ${Prisma.raw(RECORD_LINE)} AS line
      FROM leaf
        LEFT JOIN LATERAL (
          SELECT * FROM public.audit_log AS record
          WHERE record.id = leaf.record_id AND record.occurred_at = ${LEAF_MOMENT}
          LIMIT 1
        ) AS record ON true
        ${personalValuesOf(Prisma.sql`leaf.record_id`)}
      UNION ALL
      (SELECT NULL, ${Prisma.raw(RECORD_LINE)} AS line
      FROM caller
        JOIN public.audit_log AS record
          ON record.xid >= pg_catalog.pg_snapshot_xmin(
            coalesce((SELECT sealed_to FROM public.audit_checkpoints ORDER BY seq DESC LIMIT 1), '1:1:'))
          -- All that can be seen; said so that the planner takes it for a short range.
          AND record.xid < pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())
        ${LEAF_OF_RECORD}
        ${personalValuesOf(Prisma.sql`record.id`)}
      WHERE leaf.record_id IS NULL AND caller.refusal IS NULL AND caller.workspace_ids IS NULL
        AND (SELECT count(*) FROM leaf) < ${RECORDS_AT_ONCE}::int
      LIMIT ${MOST_UNSEALED + 1}::int)
    ) AS page ON true
    ORDER BY page.leaf_index, page.line`;
}

function isWhole<Row>(
  row: Answer<Row & { id: string }>,
): row is Answer<Row & { id: string }> & Row & { id: string } {
  return row.id !== null;
}

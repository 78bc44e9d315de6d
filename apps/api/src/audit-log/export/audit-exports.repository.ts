import { Inject, Injectable } from '@nestjs/common';
import { accessRefused } from '../../common/access/access-refused.error.js';
import type { Caller } from '../../common/access/caller.js';
import type { Cursor } from '../../common/pagination/cursor.js';
import { assertAllowed, onBehalfOf } from '../../database/audited-statement.js';
import { EXPORT_DATABASE, type Statements } from '../../database/database-sessions.js';
import { bytesBefore, PAGE_BYTES } from '../../database/page-bytes.js';
import { PrismaService } from '../../database/prisma.service.js';
import { StandbyReads } from '../../database/standby-reads.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { AuditFilter } from '../audit-filter.js';
import { ExportScopeChangedError } from '../audit-log.errors.js';
import { forbidden } from '../filter.statement.js';
import { type ExportScope, linesStatement, sameScope } from '../reading/audit-log.statement.js';
import { pageWithin, type ScannedRow } from '../reading/scanned-page.js';
import { LEAF_MOMENT, RECORD_LINE } from '../record-line.statement.js';

/**
 * Maximum number of records per statement. A statement returns fewer if they reach {@link PAGE_BYTES}, which limits the
 * memory of an export. Other requests wait while a page is produced, so pages are short (docs/adr/0023).
 */
const MAX_AT_ONCE = 200;

const NIL_ID = '00000000-0000-0000-0000-000000000000';

type Answer<Row> = { refusal: string | null; same_scope: boolean } & {
  [Column in keyof Row]: Row[Column] | null;
};

/** The end of the tree, and the state of the database at that moment. */
interface TreeEnd {
  /** number of leaves */
  leaves: number;
  /** the transactions that were visible */
  snapshot: string;
  /** no transaction before this one has written unsealed records */
  floor: string;
}

interface LeafLine {
  found: bigint;
  snapshot: string;
  floor: string;
  leaf_index: bigint;
  line: string;
}

interface UnsealedLine {
  found: bigint;
  xid: string;
  id: string;
  line: string;
}

export interface BegunExport {
  scope: ExportScope;
  checkpoint: { seq: number; size: number } | null;
}

/**
 * Reads the log as lines (see `RECORD_LINE`), page by page, so that no transaction stays open while a client reads.
 * Each page checks the caller's permissions, and that the caller's workspaces are still the same as at the start. If
 * not, the export ends with an error instead of continuing with fewer records.
 */
@Injectable()
export class AuditExportsRepository {
  constructor(
    private readonly prisma: PrismaService,
    @Inject(EXPORT_DATABASE) private readonly pages: Statements,
    private readonly reads: StandbyReads,
  ) {}

  /**
   * Records that the caller exports. This is a write, so it runs in a request session, for which a drain waits.
   *
   * @returns the workspaces to which the caller is limited, and the last checkpoint, if there is one
   * @throws DomainError `workspace-forbidden`, and the refusals of `assertAllowed`
   */
  async begin(caller: Caller, format: string, filter: AuditFilter): Promise<BegunExport> {
    const { workspaceId } = filter;
    const [row] = await this.prisma.$queryRaw<
      {
        refusal: string | null;
        forbidden: boolean;
        workspace_ids: string[] | null;
        recorded: boolean | null;
        seq: bigint | null;
        size: bigint | null;
      }[]
    >`
      WITH ${onBehalfOf(caller)}
      SELECT caller.refusal, ${forbidden(filter)} AS forbidden, caller.workspace_ids,
        CASE WHEN ctx.ready AND NOT ${forbidden(filter)}
          THEN public.audit_record_export(${format}, ${workspaceId ?? null}::uuid, ${JSON.stringify(recorded(filter))}::jsonb)
        END AS recorded,
        last.seq, last.size
      FROM caller LEFT JOIN ctx ON true
        LEFT JOIN LATERAL (
          SELECT seq, size FROM public.audit_checkpoints WHERE caller.refusal IS NULL ORDER BY seq DESC LIMIT 1
        ) AS last ON true`;
    assertAllowed(row);
    if (row.forbidden && workspaceId !== undefined) {
      throw accessRefused('workspace-forbidden', { workspaceId, resourceType: 'audit-log' });
    }
    const { workspace_ids: scope, seq, size } = row;
    const checkpoint = seq === null || size === null ? null : { seq: Number(seq), size: Number(size) };
    return { scope, checkpoint };
  }

  /**
   * The records that match the filter and are in the caller's workspace scope, newest first.
   *
   * @throws DomainError if the caller's permissions or workspace scope change during the export
   */
  async *filtered(caller: Caller, scope: ExportScope, filter: AuditFilter): AsyncGenerator<string[]> {
    const size = new PageSize();
    for (let after: Cursor | undefined; ; ) {
      const limit = size.next;
      const rows = await this.reads.rows<Answer<ScannedRow & { line: string }>>(
        linesStatement(caller, scope, filter, { limit, after }),
        this.pages,
      );
      assertSame(rows[0]);
      const { shown, next } = pageWithin(rows.filter(isWhole), limit);
      yield shown.map(({ line }) => line);
      if (next === undefined) return;
      size.shown(shown.length, limit);
      after = next;
    }
  }

  /**
   * The whole log in tree order, including what retention has left of old records; then the records that were unsealed
   * when the tree ended. For a caller without a limited workspace scope.
   *
   * @throws DomainError if the caller's permissions or workspace scope change during the export
   */
  async *whole(caller: Caller): AsyncGenerator<string[]> {
    const end = yield* this.tree(caller);
    yield* this.unsealed(caller, end);
  }

  private async *tree(caller: Caller): AsyncGenerator<string[], TreeEnd> {
    const size = new PageSize();
    for (let leaves = 0; ; ) {
      const limit = size.next;
      const rows = await this.pages.rows<Answer<LeafLine>>(treeStatement(caller, leaves, limit));
      assertSame(rows[0]);
      const shown = rows.filter(isLine);
      yield shown.map(({ line }) => line);
      leaves = Number(shown.at(-1)?.leaf_index ?? leaves - 1) + 1;
      size.shown(shown.length, limit);
      const { found, snapshot, floor } = rows[0];
      if (snapshot === null || floor === null) throw new Error('Postgres returned no snapshot');
      if (Number(found) < limit && shown.length === Number(found)) return { leaves, snapshot, floor };
    }
  }

  /**
   * The records that were unsealed when the tree ended. Some may be sealed by now, but this way each record is in the
   * export exactly once.
   */
  private async *unsealed(caller: Caller, end: TreeEnd): AsyncGenerator<string[]> {
    const size = new PageSize();
    for (let [xid, id] = [end.floor, NIL_ID]; ; ) {
      const limit = size.next;
      const rows = await this.pages.rows<Answer<UnsealedLine>>(
        unsealedStatement(caller, end, { xid, id, limit }),
      );
      assertSame(rows[0]);
      const shown = rows.filter(isLine);
      yield shown.map(({ line }) => line);
      const last = shown.at(-1);
      if (last === undefined || (Number(last.found) < limit && shown.length === Number(last.found))) return;
      size.shown(shown.length, limit);
      [xid, id] = [last.xid, last.id];
    }
  }
}

/**
 * Chooses how many records the next statement reads. A statement reads all records it asks for. So if the records are
 * large, it must not ask for many times more than it can return.
 */
class PageSize {
  next = MAX_AT_ONCE;

  shown(count: number, of: number): void {
    this.next = count < of ? Math.min(Math.max(2 * count, 10), MAX_AT_ONCE) : Math.min(2 * of, MAX_AT_ONCE);
  }
}

/**
 * @throws DomainError the refusals of `assertAllowed`; `workspace-forbidden` if the caller's workspace scope differs from the
 *   start of the export
 */
function assertSame<Row extends Answer<object>>(row: Row | undefined): asserts row is Row {
  assertAllowed(row);
  if (!row.same_scope) throw new ExportScopeChangedError();
}

const withinPage = (line: string, order: Prisma.Sql) => Prisma.sql`
  SELECT * FROM (
    SELECT ${Prisma.raw(line)}.*, ${bytesBefore(Prisma.sql`pg_catalog.octet_length(line)`, order)} AS bytes_before FROM ${Prisma.raw(line)}
  ) AS measured
  WHERE measured.bytes_before < ${PAGE_BYTES}::int`;

/**
 * The leaves from this index on, with what is left of their records. Always returns at least one row, with `refusal`,
 * `same_scope`, `found` (number of leaves read), `snapshot` and `floor` (see {@link TreeEnd}), `leaf_index` and `line`.
 * Each `LATERAL` with a `LIMIT` prevents the planner from reading all of a large log for one page.
 *
 * Query plan: `Index Scan using audit_leaves_pkey`; for each leaf, an index scan of one partition
 */
export function treeStatement(caller: Caller, next: number, limit: number): Prisma.Sql {
  return Prisma.sql`
    WITH ${onBehalfOf(caller)},
    leaf AS MATERIALIZED (
      SELECT leaf.* FROM caller CROSS JOIN LATERAL (
        SELECT * FROM public.audit_leaves WHERE leaf_index >= ${next}::bigint ORDER BY leaf_index LIMIT ${limit}::int
      ) AS leaf
      WHERE caller.refusal IS NULL AND ${sameScope(null)}
    ),
    lines AS MATERIALIZED (
      SELECT leaf.leaf_index, ${Prisma.raw(RECORD_LINE)} AS line
      FROM leaf
        LEFT JOIN LATERAL (
          SELECT * FROM public.audit_log AS record
          WHERE record.id = leaf.record_id AND record.occurred_at = ${LEAF_MOMENT}
          LIMIT 1
        ) AS record ON true
    )
    SELECT caller.refusal, ${sameScope(null)} AS same_scope, (SELECT count(*) FROM leaf) AS found,
      pg_catalog.pg_current_snapshot()::text AS snapshot,
      pg_catalog.pg_snapshot_xmin(
        coalesce((SELECT sealed_to FROM public.audit_checkpoints ORDER BY seq DESC LIMIT 1), '1:1:'))::text AS floor,
      page.leaf_index, page.line
    FROM caller LEFT JOIN (${withinPage('lines', Prisma.sql`leaf_index`)}) AS page ON true
    ORDER BY page.leaf_index`;
}

/**
 * The records that were unsealed at the end of the tree, after this position. Always returns at least one row, with
 * `refusal`, `same_scope`, `found`, `xid`, `id` and `line`.
 *
 * Query plan: a range of the index on (xid, id)
 */
export function unsealedStatement(
  caller: Caller,
  { leaves, snapshot }: TreeEnd,
  after: { xid: string; id: string; limit: number },
): Prisma.Sql {
  return Prisma.sql`
    WITH ${onBehalfOf(caller)},
    unsealed AS MATERIALIZED (
      SELECT record.* FROM caller CROSS JOIN LATERAL (
        SELECT * FROM public.audit_log AS record
        WHERE (record.xid, record.id) > (${after.xid}::xid8, ${after.id}::uuid)
          -- All that could be seen; said so that the planner takes it for a short range.
          AND record.xid < pg_catalog.pg_snapshot_xmax(${snapshot}::pg_snapshot)
          AND pg_catalog.pg_visible_in_snapshot(record.xid, ${snapshot}::pg_snapshot)
          AND NOT EXISTS (
            SELECT FROM public.audit_leaves AS sealed
            WHERE sealed.record_id = record.id AND sealed.leaf_index < ${leaves}::bigint)
        ORDER BY record.xid, record.id
        LIMIT ${after.limit}::int
      ) AS record
      WHERE caller.refusal IS NULL AND ${sameScope(null)}
    ),
    lines AS MATERIALIZED (
      SELECT record.xid::text AS xid, record.xid AS place, record.id, ${Prisma.raw(RECORD_LINE)} AS line
      FROM unsealed AS record
        CROSS JOIN (SELECT NULL::uuid AS record_id, NULL::bigint AS leaf_index, NULL::bytea AS hash) AS leaf
    )
    SELECT caller.refusal, ${sameScope(null)} AS same_scope, (SELECT count(*) FROM unsealed) AS found, page.xid, page.id, page.line
    FROM caller LEFT JOIN (${withinPage('lines', Prisma.sql`place, id`)}) AS page ON true
    ORDER BY page.place, page.id`;
}

type Known<Row> = { [Column in keyof Row]: NonNullable<Row[Column]> };

function isLine<Row extends { line: string | null }>(row: Row): row is Row & Known<Row> {
  return row.line !== null;
}

function isWhole<Row>(
  row: Answer<Row & { id: string }>,
): row is Answer<Row & { id: string }> & Row & { id: string } {
  return row.id !== null;
}

/** The filter as the record of the export keeps it: one action as before there could be several. */
function recorded({ action, ...others }: AuditFilter): object {
  return { ...others, ...(action !== undefined && { action: action.length === 1 ? action[0] : action }) };
}

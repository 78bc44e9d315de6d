import type { Caller } from '../../common/access/caller.js';
import { onBehalfOf } from '../../database/audited-statement.js';
import { bytesBefore } from '../../database/page-bytes.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { AuditFilter } from '../audit-filter.js';
import { conditionsOf, forbidden } from '../filter.statement.js';
import { EVENT_LINE, LEAF_MOMENT, RECORD_LINE } from '../record-line.statement.js';

/** A batch ends with the record that reaches this size: each follower holds one batch or two in memory. */
const BATCH_BYTES = 262_144;

/** How many of the leaves before that of the oldest record are searched for records that were sealed before it. */
const MAX_EARLIER_LEAVES = 10_000;
/** How many of the oldest records are searched for the one that was sealed first. */
const MAX_OLDEST_RECORDS = 100;

/** SQL: whether the caller may see this record. */
function mayBeSeenBy({ kind }: Caller): Prisma.Sql {
  return kind === 'operator'
    ? Prisma.sql`(caller.workspace_ids IS NULL OR record.workspace_id = ANY (caller.workspace_ids))`
    : // Only changes of jobs. Refusals and reads are for the caller that asked, and for operators.
      Prisma.sql`record.resource_type = 'job' AND record.outcome = 'SUCCESS' AND record.action <> 'job.read'
        AND EXISTS (
          SELECT FROM public.coordinator_workspaces AS allowed
          WHERE allowed.coordinator_id = caller.id AND allowed.workspace_id = record.workspace_id)`;
}

/** A coordinator has no filters, so it cannot name a workspace that is not its own. */
const isForbidden = ({ kind }: Caller, filter: AuditFilter) =>
  kind === 'operator' ? forbidden(filter) : Prisma.sql`false`;

/**
 * The sealed records after this position that the caller may see and that match the filter, among the next `scanned`
 * leaves. Always returns at least one row, with `refusal`, `forbidden`, `found` (number of leaves read), `last` (the
 * last of them), `removed` (the first one whose record is gone), `matches` (number of records to send), and, for those
 * within the size of a batch, `position` and `line`.
 *
 * Query plan: `Index Scan using audit_leaves_pkey`; for each leaf, an index scan of one partition
 */
export function batchStatement(
  caller: Caller,
  filter: AuditFilter,
  { after, scanned }: { after: number; scanned: number },
): Prisma.Sql {
  const shown = Prisma.join([mayBeSeenBy(caller), ...conditionsOf(filter)], ' AND ');
  const line = Prisma.raw(caller.kind === 'operator' ? RECORD_LINE : EVENT_LINE);
  return Prisma.sql`
    WITH ${onBehalfOf(caller)},
    leaf AS MATERIALIZED (
      SELECT leaf.* FROM caller CROSS JOIN LATERAL (
        SELECT * FROM public.audit_leaves WHERE leaf_index > ${after}::bigint ORDER BY leaf_index LIMIT ${scanned}::int
      ) AS leaf
      WHERE caller.refusal IS NULL AND NOT ${isForbidden(caller, filter)}
    ),
    read AS MATERIALIZED (
      SELECT leaf.leaf_index, record.id IS NULL AS removed, CASE WHEN record.id IS NOT NULL AND ${shown} THEN ${line} END AS line
      FROM caller CROSS JOIN leaf
        LEFT JOIN LATERAL (
          SELECT * FROM public.audit_log AS record
          WHERE record.id = leaf.record_id AND record.occurred_at = ${LEAF_MOMENT}
          LIMIT 1
        ) AS record ON true
    ),
    measured AS (
      SELECT read.leaf_index, read.line,
        ${bytesBefore(Prisma.sql`pg_catalog.octet_length(read.line)`, Prisma.sql`read.leaf_index`)} AS bytes_before
      FROM read WHERE read.line IS NOT NULL
    )
    SELECT caller.refusal, ${isForbidden(caller, filter)} AS forbidden, scan.found, scan.last, scan.removed, scan.matches,
      batch.leaf_index AS position, batch.line
    FROM caller
      CROSS JOIN (
        SELECT count(*)::int AS found, max(leaf_index) AS last, min(leaf_index) FILTER (WHERE removed) AS removed,
          count(line)::int AS matches
        FROM read
      ) AS scan
      LEFT JOIN (SELECT * FROM measured WHERE bytes_before < ${BATCH_BYTES}::int) AS batch ON true
    ORDER BY batch.leaf_index`;
}

/**
 * The positions of the oldest and of the newest sealed record: one row, with `refusal`, `forbidden`, `oldest` and
 * `newest`. Null: there is none.
 *
 * Retention removes whole months of records, which are in the order of time, and positions are in the order of sealing.
 * So the leaves before that of the oldest record are searched, too, for records that were written after it and sealed
 * before it.
 *
 * Query plan: the primary keys, at their ends
 */
export function boundsStatement(caller: Caller, filter: AuditFilter): Prisma.Sql {
  return Prisma.sql`
    WITH ${onBehalfOf(caller)},
    oldest AS MATERIALIZED (
      SELECT record.id FROM public.audit_log AS record ORDER BY record.id LIMIT ${MAX_OLDEST_RECORDS}::int
    ),
    kept AS MATERIALIZED (
      SELECT min(leaf.leaf_index) AS leaf_index
      FROM oldest CROSS JOIN LATERAL (
        SELECT * FROM public.audit_leaves AS of_record WHERE of_record.record_id = oldest.id LIMIT 1
      ) AS leaf
    ),
    before AS MATERIALIZED (
      SELECT leaf.leaf_index, leaf.record_id FROM kept CROSS JOIN LATERAL (
        SELECT * FROM public.audit_leaves AS earlier
        WHERE earlier.leaf_index < kept.leaf_index ORDER BY earlier.leaf_index DESC LIMIT ${MAX_EARLIER_LEAVES}::int
      ) AS leaf
    )
    SELECT caller.refusal, ${isForbidden(caller, filter)} AS forbidden,
      coalesce(
        (SELECT min(leaf_index) FROM before WHERE record_id >= (SELECT id FROM oldest ORDER BY id LIMIT 1)),
        kept.leaf_index) AS oldest,
      (SELECT leaf_index FROM public.audit_leaves ORDER BY leaf_index DESC LIMIT 1) AS newest
    FROM caller CROSS JOIN kept`;
}

/** The position of the newest sealed record; no row: there is none. Query plan: the end of the primary key */
export const NEWEST = Prisma.sql`SELECT leaf_index AS newest FROM public.audit_leaves ORDER BY leaf_index DESC LIMIT 1`;

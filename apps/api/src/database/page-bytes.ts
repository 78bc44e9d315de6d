import type { ListPart } from '../common/pagination/page.js';
import { Prisma } from '../generated/prisma/client.js';

/**
 * A page of a list ends with the row that reaches this many bytes. Postgres measures the rows as JSON, so rows outside
 * the page are not sent to this process. A page has at least one row, so its maximum size is this limit plus one row.
 */
export const PAGE_BYTES = 1_048_576;

/** A row that a statement with {@link boundedPage} returns. */
export interface BoundedRow {
  /** whether more rows follow the page; null if the page is empty */
  more: boolean | null;
}

/** SQL: the size of a row as JSON, in bytes. */
const jsonBytes = (row: Prisma.Sql) => Prisma.sql`pg_catalog.octet_length(pg_catalog.to_json(${row})::text)`;

/**
 * The CTE `page`: the rows that belong to the page, with `place` (from 1) and `more`. It reads the CTE `listed`, which
 * must have one row more than `limit` if that many exist. It measures all of `listed`, so use it for rows of up to
 * about 100 KiB. For larger rows see {@link rowsWithin}.
 */
export function boundedPage(order: Prisma.Sql, limit: number): Prisma.Sql {
  return Prisma.sql`
    page AS MATERIALIZED (
      SELECT measured.*, count(*) OVER () < (SELECT count(*) FROM listed) AS more
      FROM (
        SELECT listed.*, row_number() OVER (ORDER BY ${order}) AS place, ${bytesBefore(jsonBytes(Prisma.sql`listed`), order)} AS bytes_before
        FROM listed
      ) AS measured
      WHERE measured.place <= ${limit}::int AND measured.bytes_before < ${PAGE_BYTES}::int
    )`;
}

/** SQL, a window: the total size in bytes of the rows before this one. */
export function bytesBefore(bytes: Prisma.Sql, order: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`coalesce(
    sum(${bytes}) OVER (ORDER BY ${order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::bigint`;
}

/** The page that a statement with {@link boundedPage} returned. */
export function listedFrom<Row extends BoundedRow, Whole extends Row, Item>(
  rows: readonly Row[],
  isWhole: (row: Row) => row is Whole,
  toItem: (row: Whole) => Item,
): ListPart<Item> {
  return { items: rows.filter(isWhole).map(toItem), more: rows[0]?.more === true };
}

/**
 * The recursive CTE `page (place, bytes)`, for `WITH RECURSIVE`: one row for each row that belongs to the page, from
 * place 1, and one for place 0.
 *
 * It reads the rows one by one and stops at the end of the page. A page of large rows therefore costs only what it
 * shows. 100 jobs may have 60 MiB, and to measure a job Postgres must read it, decompress it and write it as JSON.
 *
 * @param rowAt the statement that returns the one row at a place
 */
export function rowsWithin(limit: number, rowAt: (place: Prisma.Sql) => Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    page (place, bytes) AS (
      SELECT 0, 0::bigint
      UNION ALL
      SELECT page.place + 1, page.bytes + ${jsonBytes(Prisma.sql`one`)}
      FROM page CROSS JOIN LATERAL (${rowAt(Prisma.sql`page.place + 1`)}) AS one
      WHERE page.place < ${limit}::int AND page.bytes < ${PAGE_BYTES}::int
    )`;
}

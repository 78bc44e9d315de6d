import type { ListPart } from '../common/pagination/page.js';
import { Prisma } from '../generated/prisma/client.js';

/**
 * A page of a list ends with the row that brings it to this many bytes, measured as JSON in Postgres, so that what is not shown is not sent
 * to this process either. A page has one row at least, so its size is at most this and one row.
 */
export const PAGE_BYTES = 1_048_576;

/** A row as a statement with {@link boundedPage} returns it. */
export interface BoundedRow {
  /** whether further rows follow the page; null if the page is empty */
  more: boolean | null;
}

/** SQL: how many bytes a row has as JSON. */
const jsonBytes = (row: Prisma.Sql) => Prisma.sql`pg_catalog.octet_length(pg_catalog.to_json(${row})::text)`;

/**
 * The CTE `page`, made of the CTE `listed`, which has one row more than `limit` if there are that many: the rows that belong to the page,
 * with `place` (from 1) and `more`. It measures all of `listed`: for rows of up to about 100 KiB. For larger ones see {@link rowsWithin}.
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

/** SQL, a window: how many bytes the rows before this one have in sum. */
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
 * The recursive CTE `page (place, bytes)`, for `WITH RECURSIVE`: one row for each row of the list that belongs to the page, from place 1,
 * and one for place 0. It reads the rows one by one and stops at the end of the page, so that a page of large rows costs what it shows: 100
 * jobs may have 60 MiB, and one has to be read, decompressed and written as JSON to be measured.
 *
 * @param rowAt the statement of the one row at a place
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

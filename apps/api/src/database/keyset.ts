import type { Cursor } from '../common/pagination/cursor.js';
import { Prisma } from '../generated/prisma/client.js';

/**
 * The condition of a list in the order `created_at DESC, id DESC`: whether a row comes after `place`.
 *
 * @param row the name of the row in the statement
 */
export function comesAfter(row: Prisma.Sql, place: Cursor | undefined): Prisma.Sql {
  return place === undefined
    ? Prisma.sql`true`
    : Prisma.sql`(${row}.created_at, ${row}.id) < (${place.t}::timestamptz, ${place.id}::uuid)`;
}

/** The condition of a list that shows only the row with this unique name, if one is given. */
export function isGiven(column: string, name: string | undefined): Prisma.Sql {
  return name === undefined ? Prisma.sql`true` : Prisma.sql`${Prisma.raw(column)} = ${name}`;
}

/** The condition of a list that shows only rows of which one of these columns begins with the text, if one is given. */
export function beginsWith(columns: readonly string[], search: string | undefined): Prisma.Sql {
  if (search === undefined) return Prisma.sql`true`;
  const matches = columns.map((it) => Prisma.sql`starts_with(lower(${Prisma.raw(it)}), lower(${search}))`);
  return Prisma.sql`(${Prisma.join(matches, ' OR ')})`;
}

/** The condition of a list that shows only the rows with these ids, if they are given. */
export function isAmong(column: string, ids: readonly string[] | undefined): Prisma.Sql {
  return ids === undefined ? Prisma.sql`true` : Prisma.sql`${Prisma.raw(column)} = ANY (${ids}::uuid[])`;
}

/** The order of such a list. */
export const NEWEST_FIRST = Prisma.sql`created_at DESC, id DESC`;

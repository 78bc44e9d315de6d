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

/** The order of such a list. */
export const NEWEST_FIRST = Prisma.sql`created_at DESC, id DESC`;

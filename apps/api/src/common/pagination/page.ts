import { type Cursor, encodeCursor } from './cursor.js';

/** One page of a keyset-paged list. */
export interface Page<Item> {
  items: Item[];
  /** `null` at the end of the list */
  nextCursor: string | null;
}

/**
 * The page of rows that were read with `LIMIT limit + 1`: the row too many only says that there is more.
 *
 * @param keyOf where in the list a row stands
 */
export function toPage<Item>(rows: readonly Item[], limit: number, keyOf: (row: Item) => Cursor): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}

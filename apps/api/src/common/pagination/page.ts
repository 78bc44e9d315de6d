import { type Cursor, encodeCursor } from './cursor.js';
import { cursorOf, type PageQuery } from './page.query.js';

/** One page of a keyset-paged list. */
export interface Page<Item> {
  items: Item[];
  /** `null` at the end of the list */
  nextCursor: string | null;
}

/** What is read of a list that goes by creation: so many rows, from behind this place on or from the start. */
export interface PageRange {
  limit: number;
  after: Cursor | undefined;
}

/**
 * One page of a list that goes by creation.
 *
 * @param read is asked for one row too many, which only says that there is more
 * @throws InvalidRequestError for a cursor that no page handed out
 */
export async function readPage<Item extends { id: string; createdAt: string }>(
  query: PageQuery,
  read: (range: PageRange) => Promise<Item[]>,
): Promise<Page<Item>> {
  const { limit } = query;
  const rows = await read({ limit: limit + 1, after: cursorOf(query) });
  return toPage(rows, limit, ({ id, createdAt }) => encodeCursor({ t: createdAt, id }));
}

/**
 * @param rows `limit` of them, or one too many, which only says that there is more
 * @param cursorAfter the place behind a row
 */
export function toPage<Item>(
  rows: readonly Item[],
  limit: number,
  cursorAfter: (last: Item) => string,
): Page<Item> {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last === undefined ? null : cursorAfter(last) };
}

import { type Cursor, encodeCursor } from './cursor.js';
import { cursorOf, type PageQuery } from './page.query.js';

/** One page of a keyset-paged list. */
export interface Page<Item> {
  items: Item[];
  /** `null` at the end of the list */
  nextCursor: string | null;
}

/**
 * The part to read of a list in order of creation: the maximum number of rows, and the place they come after. Without a
 * place, it begins at the start.
 */
export interface PageRange {
  limit: number;
  after: Cursor | undefined;
}

/** Part of a list, and whether more items follow it. */
export interface ListPart<Item> {
  items: Item[];
  more: boolean;
}

/**
 * Reads one page of a list in order of creation.
 *
 * @throws InvalidRequestError for a cursor that no page returned
 */
export async function readPage<Item extends { id: string; createdAt: string }>(
  query: PageQuery,
  read: (range: PageRange) => Promise<ListPart<Item>>,
): Promise<Page<Item>> {
  const part = await read({ limit: query.limit, after: cursorOf(query) });
  return toPage(part, ({ id, createdAt }) => encodeCursor({ t: createdAt, id }));
}

/** @param cursorAfter returns the place after an item */
export function toPage<Item>(
  { items, more }: ListPart<Item>,
  cursorAfter: (last: Item) => string,
): Page<Item> {
  const last = more ? items.at(-1) : undefined;
  return { items, nextCursor: last === undefined ? null : cursorAfter(last) };
}

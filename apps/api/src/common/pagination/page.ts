import { type Cursor, encodeCursor } from './cursor.js';
import { cursorOf, type PageQuery } from './page.query.js';

/** One page of a keyset-paged list. */
export interface Page<Item> {
  items: Item[];
  /** `null` at the end of the list */
  nextCursor: string | null;
}

/** What is read of a list in order of creation: at most so many rows, after this place or from the start. */
export interface PageRange {
  limit: number;
  after: Cursor | undefined;
}

/** Part of a list, and whether further items follow it. */
export interface ListPart<Item> {
  items: Item[];
  more: boolean;
}

/**
 * One page of a list in order of creation.
 *
 * @throws InvalidRequestError for a cursor that no page handed out
 */
export async function readPage<Item extends { id: string; createdAt: string }>(
  query: PageQuery,
  read: (range: PageRange) => Promise<ListPart<Item>>,
): Promise<Page<Item>> {
  const part = await read({ limit: query.limit, after: cursorOf(query) });
  return toPage(part, ({ id, createdAt }) => encodeCursor({ t: createdAt, id }));
}

/** @param cursorAfter the place after an item */
export function toPage<Item>(
  { items, more }: ListPart<Item>,
  cursorAfter: (last: Item) => string,
): Page<Item> {
  const last = more ? items.at(-1) : undefined;
  return { items, nextCursor: last === undefined ? null : cursorAfter(last) };
}

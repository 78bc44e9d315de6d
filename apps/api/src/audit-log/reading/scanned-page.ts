import type { Cursor } from '../../common/pagination/cursor.js';

/** A record that was read in search of a page. */
export interface ScannedRow {
  id: string;
  occurred_at: Date;
  /** whether it matches all filters */
  fits: boolean | null;
  /** whether the search stopped here */
  horizon: boolean | null;
}

/**
 * The rows that make up the page, and where the next page begins. A horizon ends the page: beyond it, there may be
 * unread records between those that were read.
 */
export function pageWithin<Row extends ScannedRow>(
  rows: readonly Row[],
  limit: number,
): { shown: Row[]; next: Cursor | undefined } {
  const horizon = rows.findIndex((row) => row.horizon);
  const seen = horizon === -1 ? rows : rows.slice(0, horizon + 1);
  const shown = seen.filter((row) => row.fits).slice(0, limit);
  const end = shown.length === limit ? shown.at(-1) : seen.at(-1);
  const more = end !== undefined && (end.horizon || end !== rows.at(-1));
  return { shown, next: more ? { t: end.occurred_at.toISOString(), id: end.id } : undefined };
}

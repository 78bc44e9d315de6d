import type { Cursor } from '../../common/pagination/cursor.js';

/** A record that was looked at in search of a page. */
export interface ScannedRow {
  id: string;
  occurred_at: Date;
  /** whether it fits all filters */
  fits: boolean | null;
  /** whether the search was given up here */
  horizon: boolean | null;
}

/**
 * What of the rows is the page, and where the next one begins. A horizon ends the page: beyond it other records may lie, unread,
 * between those that were.
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

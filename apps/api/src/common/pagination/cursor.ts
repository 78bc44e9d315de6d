import { InvalidRequestError } from '../problems/invalid-request.error.js';

/** A place in a list that is ordered by time and then id: the last row that was returned. */
export interface Cursor {
  /** ISO 8601 in UTC with milliseconds, the precision of the database */
  t: string;
  id: string;
}

const FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

export function encodeCursor({ t, id }: Cursor): string {
  return Buffer.from(`${t}${id}`).toString('base64url');
}

/** @throws InvalidRequestError for text that {@link encodeCursor} does not produce */
export function decodeCursor(text: string): Cursor {
  const [, t, id] = FORM.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  if (t !== undefined && id !== undefined && isTime(t)) {
    const cursor = { t, id };
    // The decoder ignores padding and stray characters. Comparing the whole texts finds them.
    if (encodeCursor(cursor) === text) return cursor;
  }
  throw foreignCursor();
}

/**
 * Encodes a place in a list that is ordered by a number: the number of the last row that was returned.
 *
 * @param name of the number
 */
export function encodeNumber(name: string, number: number): string {
  return Buffer.from(`${name}:${number}`).toString('base64url');
}

/** @throws InvalidRequestError for text that {@link encodeNumber} does not produce for this name */
export function decodeNumber(name: string, text: string): number {
  const [, of, digits] =
    /^([a-z]+):(\d{1,15})$/.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  const number = Number(digits);
  if (of === name && digits !== undefined && encodeNumber(name, number) === text) return number;
  throw foreignCursor();
}

/** The error for a `cursor` that this list did not return. */
export function foreignCursor(): InvalidRequestError {
  return InvalidRequestError.of('cursor', 'cursor must be a nextCursor of this list');
}

/** Refuses dates such as 30 February, and the year 0, which Postgres does not have. */
function isTime(text: string): boolean {
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString() === text && !text.startsWith('0000');
}

import { foreignCursor } from '../common/pagination/cursor.js';
import { isUuid } from '../common/validation/uuid-param.js';

/** Ids are UUIDv7, so the next page needs only the last id of this one. */
export function encodeJobCursor(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

/** @throws InvalidRequestError if {@link encodeJobCursor} did not make the cursor */
export function decodeJobCursor(cursor: string): string {
  const hex = Buffer.from(cursor, 'base64url').toString('hex');
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  if (!isUuid(id) || encodeJobCursor(id) !== cursor) throw foreignCursor();
  return id;
}

import { IsString, MaxLength } from 'class-validator';
import { About } from '../openapi/describe.js';
import { Optional, QueryInteger } from '../validation/decorators.js';
import { type Cursor, decodeCursor } from './cursor.js';

/** Query of a list whose page size is its own matter. */
export class CursorQuery {
  @Optional()
  @IsString()
  @MaxLength(200)
  @About({ description: '`nextCursor` of the page before' })
  cursor?: string;
}

/** Query of a list: `limit` 1 to 100, by default 50. */
export class PageQuery extends CursorQuery {
  @Optional()
  @QueryInteger(1, 100)
  limit: number = 50;
}

/**
 * Where a page begins: after this row, or at the start of the list.
 *
 * @throws InvalidRequestError for a cursor that no page handed out
 */
export function cursorOf({ cursor }: CursorQuery): Cursor | undefined {
  return cursor === undefined ? undefined : decodeCursor(cursor);
}

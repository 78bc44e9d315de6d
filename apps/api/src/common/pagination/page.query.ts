import { applyDecorators } from '@nestjs/common';
import { IsString, MaxLength } from 'class-validator';
import { About } from '../openapi/describe.js';
import { Optional, QueryInteger } from '../validation/decorators.js';
import { type Cursor, decodeCursor } from './cursor.js';

/** The member `cursor` of a list's query. */
export const CursorMember = () =>
  applyDecorators(
    Optional(),
    IsString(),
    MaxLength(200),
    About({ description: '`nextCursor` of the page before' }),
  );

/** Query of a list: `limit` 1 to 100, by default 50. */
export class PageQuery {
  @CursorMember()
  cursor?: string;

  @Optional()
  @QueryInteger(1, 100)
  limit: number = 50;
}

/**
 * Where a page begins: after this row, or at the start of the list.
 *
 * @throws InvalidRequestError for a cursor that no page handed out
 */
export function cursorOf({ cursor }: Pick<PageQuery, 'cursor'>): Cursor | undefined {
  return cursor === undefined ? undefined : decodeCursor(cursor);
}

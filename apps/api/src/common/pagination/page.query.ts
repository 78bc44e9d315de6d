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
    About({ description: '`nextCursor` of the previous page' }),
  );

/** The member `limit` of a list's query. */
export const LimitMember = () =>
  applyDecorators(
    Optional(),
    QueryInteger(1, 100),
    About({ description: 'maximum number of items on the page' }),
  );

/** Query of a list: `limit` from 1 to 100, 50 by default. */
export class PageQuery {
  @CursorMember()
  cursor?: string;

  @LimitMember()
  limit: number = 50;
}

/**
 * The row after which the page begins; undefined for the start of the list.
 *
 * @throws InvalidRequestError for a cursor that no page returned
 */
export function cursorOf({ cursor }: Pick<PageQuery, 'cursor'>): Cursor | undefined {
  return cursor === undefined ? undefined : decodeCursor(cursor);
}

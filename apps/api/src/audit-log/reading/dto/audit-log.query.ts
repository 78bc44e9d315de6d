import { About } from '../../../common/openapi/describe.js';
import { CursorMember } from '../../../common/pagination/page.query.js';
import { Optional, QueryInteger } from '../../../common/validation/decorators.js';
import { AuditFilterQuery } from './audit-filter.query.js';

/** Query of `GET /audit-log`: the page and the filters. A record must match all filters. */
export class AuditLogQuery extends AuditFilterQuery {
  @CursorMember()
  cursor?: string;

  @Optional()
  @QueryInteger(1, 200)
  @About({ description: 'maximum number of records on the page' })
  limit: number = 50;
}

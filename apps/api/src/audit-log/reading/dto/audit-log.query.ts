import { CursorMember } from '../../../common/pagination/page.query.js';
import { Optional, QueryInteger } from '../../../common/validation/decorators.js';
import { AuditFilterQuery } from './audit-filter.query.js';

/** Query of `GET /audit-log`: filters that all have to fit, and the page. */
export class AuditLogQuery extends AuditFilterQuery {
  @CursorMember()
  cursor?: string;

  @Optional()
  @QueryInteger(1, 200)
  limit: number = 50;
}

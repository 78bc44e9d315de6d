import { IsIn, Matches } from 'class-validator';
import { About } from '../../../common/openapi/describe.js';
import { Optional } from '../../../common/validation/decorators.js';
import { AuditFilterQuery } from '../../reading/dto/audit-filter.query.js';
import { FEED_FORMATS, type FeedFormat } from '../feed-format.js';

/** -1 stands before the first record. */
export const POSITION = /^(?:-1|\d{1,15})$/;

function After() {
  return (target: object, name: string) => {
    Optional()(target, name);
    Matches(/^(?:latest|-1|\d{1,15})$/, { message: '$property must be a position, or latest' })(target, name);
    About({
      description:
        'the position after which the feed goes on; `latest`: only records that are sealed from now on. Without it, from the oldest record',
      examples: ['41'],
    })(target, name);
  };
}

function Follow() {
  return (target: object, name: string) => {
    Optional()(target, name);
    IsIn(['true', 'false'])(target, name);
    About({ description: '`false`: the answer ends with the newest sealed record', default: 'true' })(
      target,
      name,
    );
  };
}

/** Where a feed begins, and whether it ends. */
export interface FeedStart {
  after?: string | undefined;
  follow?: 'true' | 'false' | undefined;
}

/** Query of `GET /audit-log/feed`. A record must match all filters. */
export class AuditFeedQuery extends AuditFilterQuery implements FeedStart {
  @After()
  after?: string;

  @Follow()
  follow?: 'true' | 'false';

  @Optional()
  @IsIn(FEED_FORMATS)
  @About({ description: 'what an event is; `ocsf`: an event of OCSF class 6003 (API Activity)' })
  format: FeedFormat = 'record';
}

/** Query of `GET /coordinator/events`. */
export class CoordinatorEventsQuery implements FeedStart {
  @After()
  after?: string;

  @Follow()
  follow?: 'true' | 'false';
}

import { About } from '../../../common/openapi/describe.js';
import { MAX_QUERY_INTEGER, QueryInteger } from '../../../common/validation/decorators.js';

/** Query of a consistency proof. */
export class ConsistencyQuery {
  @QueryInteger(0, MAX_QUERY_INTEGER)
  @About({
    description: 'the number of the earlier checkpoint, at most that of the later one',
    examples: [3],
  })
  from!: number;
}

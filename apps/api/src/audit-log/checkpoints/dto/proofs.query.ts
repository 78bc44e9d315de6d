import { About } from '../../../common/openapi/describe.js';
import { IdList } from '../../../common/validation/decorators.js';

/** Query of `GET /audit-log/proofs`. */
export class ProofsQuery {
  @IdList()
  @About({ description: 'the records' })
  ids!: string[];
}

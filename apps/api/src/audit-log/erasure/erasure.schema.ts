import { integer, object, uuid } from '../../common/json-schema.js';

/** The result of an erasure for one actor. */
export interface Erasure {
  actorId: string;
  /** number of records whose source address and user agent were deleted */
  records: number;
}

export const ERASURE = object<Erasure>('Erasure', {
  actorId: uuid(),
  records: integer({ minimum: 0, description: 'of how many records they are gone', examples: [4_711] }),
});

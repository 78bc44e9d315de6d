import { integer, object, uuid } from '../../common/openapi/schema.js';

/** What was erased of an actor. */
export interface Erasure {
  actorId: string;
  /** of how many records source address and user agent are gone */
  records: number;
}

export const ERASURE = object<Erasure>('Erasure', {
  actorId: uuid(),
  records: integer({ minimum: 0, description: 'of how many records they are gone', examples: [4_711] }),
});

import { integer, object, uuid } from '../../common/json-schema.js';

/** The result of an erasure for one actor. */
export interface Erasure {
  actorId: string;
  /** number of records whose source address and user agent were deleted */
  records: number;
}

export const ERASURE = object<Erasure>(
  'Erasure',
  {
    actorId: uuid({ description: 'the coordinator or operator' }),
    records: integer({ minimum: 0, description: 'number of records that were erased', examples: [4_711] }),
  },
  { description: 'The source addresses and user agents of an actor were erased' },
);

import { array, boolean, object, oneOf, string } from '../common/json-schema.js';
import { FOUND_KINDS, type Found, type FoundItems } from './found.js';

export const FOUND_ITEMS = object<FoundItems>(
  'FoundItems',
  {
    items: array(
      object<Found>(
        'Found',
        {
          kind: oneOf(FOUND_KINDS, { description: 'what it is', examples: ['job'] }),
          id: string({
            description: 'its id; of a key the kid, of a request its `X-Request-Id`',
            examples: ['0198c0de-3333-7c11-9d2e-5f60718293a4'],
          }),
          title: string({ description: 'what to call it', examples: ['code-review acme/shop#42'] }),
          subtitle: string({ description: 'what tells it apart', examples: ['RUNNING in Acme'] }),
          ended: boolean({
            description: 'a job that has ended, a key that is not accepted, or something deleted',
            examples: [false],
          }),
        },
        { description: 'Something that a text leads to' },
      ),
      { description: 'at most 20, the likeliest first' },
    ),
  },
  { description: 'What a text leads to' },
);

import { array, nullable, type ObjectSchema, object, type Schema, string } from '../json-schema.js';
import type { Page } from './page.js';

export function pageOf<Item>(name: string, item: Schema<Item>): ObjectSchema<Page<Item>> {
  return object<Page<Item>>(
    name,
    {
      items: array(item, {
        description:
          'may have fewer items than `limit`, or none, although more follow: a page ends at about 1 MiB. Continue while `nextCursor` is not null',
      }),
      nextCursor: nullable(
        string({
          description: 'the `cursor` of the next page; null at the end of the list',
          examples: ['MjAyNi0xMS0yNFQxMjowMDowMC4wMDBaMDE5OGMwZGUtN2EzYi03YzExLTlkMmUtNWY2MDcxODI5M2E0'],
        }),
      ),
    },
    { description: 'One page of a list' },
  );
}

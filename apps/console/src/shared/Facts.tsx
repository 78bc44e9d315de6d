import type { ReactNode } from 'react';
import classes from './Facts.module.css';
import { Missing } from './Time';

/** Names and values, as a list of definitions. */
export function Facts({
  items,
  columns = 1,
}: {
  items: [name: string, value: ReactNode][];
  columns?: 1 | 2;
}) {
  return (
    <dl className={classes.facts} data-columns={columns}>
      {items.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value === null || value === undefined || value === '' ? <Missing /> : value}</dd>
        </div>
      ))}
    </dl>
  );
}

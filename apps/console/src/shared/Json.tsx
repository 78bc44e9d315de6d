import { CopyButton } from './CopyButton';
import classes from './Json.module.css';
import { Scrollable } from './Scrollable';

export function Json({ value, empty }: { value: unknown; empty: string }) {
  const isEmpty =
    value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);
  if (isEmpty) return <p className="secondary">{empty}</p>;
  const text = JSON.stringify(value, null, 2);
  return (
    <div className={classes.json}>
      <span className={classes.copy}>
        <CopyButton text={text} label="Copy JSON" />
      </span>
      <Scrollable label="JSON">{text}</Scrollable>
    </div>
  );
}

import { CopyButton } from './CopyButton';
import { shortId } from './format';
import classes from './Id.module.css';

/** An id, short on screen and whole for a screen reader and for the clipboard. */
export function Id({
  value,
  label = 'id',
  whole = false,
}: {
  value: string;
  label?: string;
  whole?: boolean;
}) {
  return (
    <span className={classes.id}>
      <span className="mono" title={value}>
        <span aria-hidden="true">{whole ? value : shortId(value)}</span>
        <span className="visually-hidden">{value}</span>
      </span>
      <span className={classes.copy}>
        <CopyButton text={value} label={`Copy ${label}`} />
      </span>
    </span>
  );
}

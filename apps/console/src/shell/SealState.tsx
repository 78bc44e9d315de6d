import { Link } from '@tanstack/react-router';
import { formatAge, formatClock } from '../shared/format';
import { Icon } from '../shared/Icon';
import { useSeal } from '../shared/seal';
import classes from './Shell.module.css';

/** How far the log is sealed. */
export function SealState() {
  const seal = useSeal();
  if (seal === undefined) return null;
  const { sealedAt, isLate, now } = seal;
  const text = isLate
    ? `Not sealed since ${formatClock(sealedAt)}`
    : `Sealed ${formatAge(Math.min(sealedAt, now), now)}`;
  return (
    <Link to="/log/checkpoints" aria-label={text} className={`${classes.item} ${classes.seal}`}>
      <Icon name={isLate ? 'warning' : 'shield'} />
      <span className={classes.label}>{text}</span>
    </Link>
  );
}

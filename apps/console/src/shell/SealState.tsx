import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../api';
import { useCan } from '../session/session';
import { useNow } from '../shared/clock';
import { formatAge, formatClock } from '../shared/format';
import { Icon } from '../shared/Icon';
import classes from './Shell.module.css';

const LATE_MS = 90_000;

/** How far the log is sealed: a checkpoint follows at least once a minute. */
export function SealState() {
  const canRead = useCan('audit:read');
  const latest = useQuery(
    api.queryOptions('get', '/audit-log/checkpoints/latest', undefined, {
      refetchInterval: 30_000,
      enabled: canRead,
      retry: false,
    }),
  );
  const now = useNow(5);
  if (!canRead || latest.data === undefined) return null;
  const sealedAt = Date.parse(latest.data.sealedAt);
  const isLate = now - sealedAt > LATE_MS;
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

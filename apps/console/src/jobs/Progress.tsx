import { formatPercent } from '../shared/format';
import classes from './Progress.module.css';

export function Progress({ percent, wide = false }: { percent: number; wide?: boolean }) {
  return (
    <span className={classes.progress} data-wide={wide || undefined}>
      <span
        className={classes.track}
        role="progressbar"
        aria-label="Progress"
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <span className={classes.bar} style={{ width: `${percent}%` }} />
      </span>
      <span className={classes.text}>{formatPercent(percent)}</span>
    </span>
  );
}

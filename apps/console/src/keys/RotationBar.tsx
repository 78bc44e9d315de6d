import { clock } from '../shared/clock';
import { formatClock, formatDate, shortKid } from '../shared/format';
import classes from './RotationBar.module.css';

interface Props {
  oldKid: string;
  /** null: not issued yet */
  newKid: string | null;
  oldEnds: number;
  /** undefined: never */
  newEnds: number | undefined;
  rotatedAt: number;
  oldUsed?: string | undefined;
  newUsed?: string | undefined;
}

/** Both keys over time, and a sentence with both ends. */
export function RotationBar({ oldKid, newKid, oldEnds, newEnds, rotatedAt, oldUsed, newUsed }: Props) {
  const now = clock.now();
  const overlap = Math.max(0, oldEnds - rotatedAt);
  // The drawing is a sketch: the overlap takes a third, however long it is.
  const oldWidth = overlap === 0 ? 33 : 66;
  const ends = newEnds === undefined ? 'never ends' : `ends on ${formatDate(newEnds, now)}`;
  return (
    <figure className={classes.figure}>
      <div className={classes.row}>
        <span className={classes.name}>
          old <span className="mono">{shortKid(oldKid)}</span>
        </span>
        <span className={classes.track}>
          <span className={classes.old} style={{ width: `${oldWidth}%` }} />
          <span className={classes.label} style={{ left: `${oldWidth}%` }}>
            ends {nameOf(oldEnds, now)}
          </span>
        </span>
      </div>
      <div className={classes.row}>
        <span className={classes.name}>
          new {newKid === null ? '' : <span className="mono">{shortKid(newKid)}</span>}
        </span>
        <span className={classes.track}>
          <span className={classes.fresh} />
          <span className={classes.label} data-inside="">
            {ends}
          </span>
        </span>
      </div>
      <figcaption className={classes.caption}>
        {overlap === 0
          ? 'The old key ends at once.'
          : `Both keys work until ${nameOf(oldEnds, now)}. Then only the new key works, which ${ends}.`}
        {oldUsed !== undefined && ` The old key: ${oldUsed}.`}
        {newUsed !== undefined && ` The new key: ${newUsed}.`}
      </figcaption>
    </figure>
  );
}

function nameOf(at: number, now: number): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  const isTomorrow = new Date(at).toDateString() === new Date(now + 86_400_000).toDateString();
  const day = isToday ? 'today' : isTomorrow ? 'tomorrow' : formatDate(at, now);
  return `${day} ${formatClock(at)}`;
}

import { useNow } from './clock';
import { formatClockExact, formatFull, formatWhen } from './format';
import { useSettings } from './settings';
import classes from './Time.module.css';
import { useTip } from './Tip';

interface Props {
  at: string | null | undefined;
  /** the hour with milliseconds, as in the log */
  exact?: boolean;
  /** what stands for a missing time */
  none?: string;
}

/** A time in the reader's zone. Hover, focus or tap shows it whole, and in UTC. */
export function Time({ at, exact = false, none = '–' }: Props) {
  if (at === null || at === undefined) return <Missing>{none}</Missing>;
  return <Known at={at} exact={exact} />;
}

function Known({ at, exact }: { at: string; exact: boolean }) {
  const now = useNow(exact ? 3_600 : 5);
  const { utc } = useSettings();
  const time = Date.parse(at);
  const text = exact ? formatClockExact(time, utc) : formatWhen(time, now, utc);
  const { target, tip } = useTip<HTMLTimeElement>(<Whole time={time} />);
  return (
    <>
      <time {...target} dateTime={at} className={classes.time}>
        {text}
      </time>
      {tip}
    </>
  );
}

function Whole({ time }: { time: number }) {
  return (
    <>
      <div>{formatFull(time)}</div>
      <div>{new Date(time).toISOString()}</div>
    </>
  );
}

/** A value that is not there; "none" is read aloud. */
export function Missing({ children = '–' }: { children?: string }) {
  if (children !== '–') return <span className="secondary">{children}</span>;
  return (
    <span className="secondary">
      <span aria-hidden="true">–</span>
      <span className="visually-hidden">none</span>
    </span>
  );
}

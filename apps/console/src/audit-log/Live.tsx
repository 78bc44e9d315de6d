import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { AuditRecord } from '../generated/schema';
import { useFeed } from '../shared/feed';
import { formatNumber } from '../shared/format';
import { Hint } from '../shared/States';
import classes from './LogPage.module.css';
import type { logFilterOf } from './log-search';

/** Live records that wait while the list is scrolled down. */
const MAX_WAITING = 500;

export function LiveBar({
  live,
  isLive,
  isPaused,
  onResume,
}: {
  live: ReturnType<typeof useLiveRecords>;
  isLive: boolean;
  isPaused: boolean;
  onResume: () => void;
}) {
  if (!isLive) return null;
  if (live.state.kind === 'pruned') {
    return (
      <Hint tone="warning">
        Records before position {formatNumber(live.state.oldest ?? 0)} were removed by retention.{' '}
        <Button size="compact-xs" variant="default" onClick={live.state.resume}>
          Continue from there
        </Button>
      </Hint>
    );
  }
  if (isPaused) {
    return (
      <div className={classes.liveBar} role="status">
        <span>
          Live is paused because you scrolled.{live.waiting > 0 && ` ${formatNumber(live.waiting)} new.`}
        </span>
        <Button size="xs" variant="default" onClick={onResume}>
          Resume
        </Button>
      </div>
    );
  }
  const text = {
    off: '',
    connecting: 'Connecting…',
    live: 'Live: new records appear as they are sealed.',
    waiting: 'The connection broke. Trying again.',
  };
  return (
    <div className={classes.liveBar} role="status">
      <span className={live.state.kind === 'live' ? classes.on : undefined}>{text[live.state.kind]}</span>
    </div>
  );
}

export function useLiveRecords(filter: ReturnType<typeof logFilterOf>, isOn: boolean, isPaused: boolean) {
  const [shown, setShown] = useState<AuditRecord[]>([]);
  const [waiting, setWaiting] = useState<AuditRecord[]>([]);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  // Another filter is another list.
  const subject = `${isOn} ${JSON.stringify(filter)}`;
  const [shownSubject, setShownSubject] = useState(subject);
  if (shownSubject !== subject) {
    setShownSubject(subject);
    setShown([]);
    setWaiting([]);
  }
  const state = useFeed(filter, isOn, (record) => {
    setWaiting((known) => [record, ...known].slice(0, MAX_WAITING));
  });
  useEffect(() => {
    if (isPaused || waiting.length === 0) return;
    setShown((known) => {
      const ids = new Set(known.map(({ id }) => id));
      return [...waiting.filter(({ id }) => !ids.has(id)), ...known];
    });
    setFresh(new Set(waiting.map(({ id }) => id)));
    setWaiting([]);
  }, [isPaused, waiting]);
  return { state, shown, waiting: waiting.length, isFresh: (id: string) => fresh.has(id) };
}

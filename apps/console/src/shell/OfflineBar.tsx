import { useIsFetching } from '@tanstack/react-query';
import { useRef } from 'react';
import { useIsOnline } from '../shared/online';
import classes from './Shell.module.css';

/** What is shown was loaded before the line went down. */
export function OfflineBar() {
  const isOnline = useIsOnline();
  useIsFetching();
  const lastOnline = useRef(Date.now());
  if (isOnline) {
    lastOnline.current = Date.now();
    return null;
  }
  const at = new Date(lastOnline.current).toLocaleTimeString();
  return (
    <div className={classes.bar} data-tone="warning" role="status">
      You are offline. You see what was loaded at {at}. Changes are switched off.
    </div>
  );
}

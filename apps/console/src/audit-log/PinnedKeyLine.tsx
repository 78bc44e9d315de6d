import { useState } from 'react';
import { formatDate } from '../shared/format';
import { PinKeyDialog } from './PinKeyDialog';
import classes from './PinnedKeyLine.module.css';
import { useRememberedLog } from './proof/pinned-key';

/** The zone of the times, and which key this browser trusts. */
export function PinnedKeyLine({ zone }: { zone: string }) {
  const { key } = useRememberedLog();
  const [isPinning, setPinning] = useState(false);
  return (
    <span className={classes.line}>
      <span>{zone}</span>
      <span aria-hidden="true">·</span>
      <span>
        {key === undefined
          ? 'No key is pinned'
          : `Key pinned on ${formatDate(Date.parse(key.pinnedAt), Date.now())}`}
      </span>
      <button type="button" className={classes.link} onClick={() => setPinning(true)}>
        {key === undefined ? 'Pin a key' : 'Compare keys'}
      </button>
      {isPinning && <PinKeyDialog onClose={() => setPinning(false)} />}
    </span>
  );
}

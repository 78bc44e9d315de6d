import type { ReactNode } from 'react';
import classes from './Badge.module.css';
import { Icon, type IconName } from './Icon';

export type Tone = 'neutral' | 'running' | 'good' | 'warning' | 'bad';

/** Says a state by shape, word and colour, in this order of importance. */
export function Badge({ tone, icon, children }: { tone: Tone; icon: IconName; children: ReactNode }) {
  return (
    <span className={classes.badge} data-tone={tone}>
      <Icon name={icon} size={13} />
      <span>{children}</span>
    </span>
  );
}

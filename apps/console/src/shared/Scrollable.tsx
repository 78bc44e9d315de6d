import { Box } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Scrollable.module.css';

/** Text that scrolls by itself: the keyboard must reach it (WCAG 2.1.1). */
export function Scrollable({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Box component="pre" role="group" aria-label={label} tabIndex={0} className={classes.text}>
      {children}
    </Box>
  );
}

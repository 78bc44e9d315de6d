import { Button, Drawer } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import classes from './FilterSheet.module.css';
import { Icon } from './Icon';
import { useShortcuts } from './shortcuts';
import { useIsPhone } from './use-is-phone';

interface Props {
  /** the button that closes the sheet: `Show jobs` */
  done: string;
  /** `/` leads to the first filter */
  onFocus: () => void;
  children: ReactNode;
}

/** Filters in a row; on a phone in a sheet. */
export function FilterSheet({ done, onFocus, children }: Props) {
  const isPhone = useIsPhone();
  const [isOpen, setOpen] = useState(false);
  useShortcuts({ '/': () => (isPhone ? setOpen(true) : onFocus()) });
  if (!isPhone) return children;
  return (
    <>
      <Button variant="default" leftSection={<Icon name="filter" />} onClick={() => setOpen(true)}>
        Filters
      </Button>
      <Drawer
        opened={isOpen}
        onClose={() => setOpen(false)}
        position="bottom"
        size="auto"
        title="Filters"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <div className={classes.sheet}>
          {children}
          <Button onClick={() => setOpen(false)}>{done}</Button>
        </div>
      </Drawer>
    </>
  );
}

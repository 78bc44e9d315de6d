import { Button, type ButtonProps, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { OFFLINE, useIsOnline } from './online';

interface Props extends ButtonProps {
  /** why the change is not possible now */
  why?: string | undefined;
  type?: 'submit';
  onClick?: () => void;
  children: ReactNode;
}

/** A button that leads to a change. While the change is not possible, it is off and says why. */
export function ActionButton({ why, onClick, ...rest }: Props) {
  const isOnline = useIsOnline();
  const reason = isOnline ? why : OFFLINE;
  const isOff = reason !== undefined;
  return (
    <Tooltip label={reason} disabled={!isOff}>
      <Button
        {...rest}
        data-disabled={isOff || undefined}
        aria-disabled={isOff || undefined}
        onClick={(event) => {
          if (isOff) event.preventDefault();
          else onClick?.();
        }}
      />
    </Tooltip>
  );
}

import { Tooltip } from '@mantine/core';
import { type PointerEvent, type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react';

const DELAY_MS = 150;
/** A finger leaves as soon as it has tapped. */
const AFTER_TAP_MS = 3_000;

/**
 * What a short text says in full, while the pointer or the focus is on it. A list has dozens of them, and the library's tooltip costs
 * more than the rest of a cell, so it is made only when it is shown.
 */
export function useTip<Target extends HTMLElement>(label: ReactNode) {
  const ref = useRef<Target>(null);
  const id = useId();
  const [isShown, setShown] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const show = (delay: number): void => {
    clearTimeout(timer.current);
    if (delay === 0) setShown(true);
    else timer.current = setTimeout(() => setShown(true), delay);
  };
  const hide = (): void => {
    clearTimeout(timer.current);
    setShown(false);
  };
  return {
    target: {
      ref,
      'aria-describedby': isShown ? id : undefined,
      onPointerEnter: ({ pointerType }: PointerEvent) => show(pointerType === 'touch' ? 0 : DELAY_MS),
      onPointerLeave: ({ pointerType }: PointerEvent) => {
        if (pointerType !== 'touch') hide();
        else timer.current = setTimeout(hide, AFTER_TAP_MS);
      },
      onFocus: () => show(0),
      onBlur: hide,
    },
    tip: isShown && <Shown id={id} target={ref} label={label} />,
  };
}

function Shown({
  id,
  target,
  label,
}: {
  id: string;
  target: RefObject<HTMLElement | null>;
  label: ReactNode;
}) {
  return <Tooltip id={id} multiline opened target={target} label={label} />;
}

import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Column } from './DataTable';

/** The width that the last list had: the next one most likely has it too. */
let lastWidth = window.innerWidth - 248;

/** The columns for which the table is wide enough. They are chosen again only if the width passes a column's limit. */
export function useShownColumns<Row>(all: readonly Column<Row>[], isPhone: boolean) {
  const table = useRef<HTMLTableElement>(null);
  const [width, setWidth] = useState(lastWidth);
  const limits = useRef<number[]>([]);
  limits.current = all.flatMap(({ from }) => from ?? []);
  useLayoutEffect(() => {
    if (table.current === null) return;
    const measure = (now: number): void => {
      lastWidth = now;
      setWidth((known) => (limits.current.some((limit) => known >= limit !== now >= limit) ? now : known));
    };
    measure(table.current.clientWidth);
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) measure(entry.contentRect.width);
    });
    observer.observe(table.current);
    return () => observer.disconnect();
  }, []);
  const columns = useMemo(
    () => (isPhone ? all : all.filter(({ from = 0 }) => width >= from)),
    [all, isPhone, width],
  );
  return { table, columns };
}

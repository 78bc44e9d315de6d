import { Box } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, type UIEvent, useEffect, useMemo, useRef, useState } from 'react';
import classes from './DataTable.module.css';
import { rowHeight, useSettings } from './settings';
import { useShortcuts } from './shortcuts';
import { useIsPhone } from './use-is-phone';
import { useShownColumns } from './use-shown-columns';

export interface Column<Row> {
  key: string;
  header: ReactNode;
  cell: (row: Row) => ReactNode;
  /** a width in CSS; without one the column takes what is left */
  width?: string;
  align?: 'right';
  /** stands on the first or second line on a phone; without one it is absent there */
  phone?: 1 | 2;
  /** shown only if the table has at least this width, in pixels */
  from?: number;
}

export interface TableProps<Row> {
  /** what the rows are, for a screen reader */
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  idOf: (row: Row) => string;
  /** opens the row: an address, or an action */
  onOpen?: (row: Row) => void;
  /** a row that is open beside the list */
  openId?: string | undefined;
  total?: number | undefined;
  hasMore?: boolean;
  isLoadingMore?: boolean;
  onMore?: () => void;
  /** old rows while a filter loads */
  dimmed?: boolean;
  /** a row that came in while the reader watched */
  isFresh?: (row: Row) => boolean;
  /** a heading above the first row of each group, such as a day */
  groupOf?: (row: Row) => string;
  onScrolled?: (atTop: boolean) => void;
  onKey?: Record<string, ((row: Row) => void) | undefined>;
  /** keeps the place for the way back */
  scrollKey?: string;
}

const PHONE_ROW = 62;
const GROUP_ROW = 30;
const AHEAD = 12;
/** Rows beyond those in sight, once the page is drawn. */
const OVERSCAN = 16;
const FIRST_OVERSCAN = 2;
/** The height of what stands above a list, about. */
const AROUND = 180;
const places = new Map<string, number>();

/** A real table, of which only the rows in sight exist. It scrolls inside, fetches ahead, and works by j, k and Enter. */
export function DataTable<Row>(props: TableProps<Row>) {
  const { rows, idOf, onOpen, hasMore = false, isLoadingMore = false, onMore } = props;
  const { density } = useSettings();
  const isPhone = useIsPhone();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<string>();
  const { table, columns } = useShownColumns(props.columns, isPhone);
  const lines = useMemo(() => withGroups(rows, props.groupOf), [rows, props.groupOf]);
  const height = isPhone ? PHONE_ROW : rowHeight(density);

  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (at) => (lines[at]?.kind === 'group' ? GROUP_ROW : height),
    overscan: useAhead(),
    // Until the list is measured: without it, the first drawing has no rows.
    initialRect: { width: window.innerWidth, height: Math.max(0, window.innerHeight - AROUND) },
    initialOffset: () => (props.scrollKey === undefined ? 0 : (places.get(props.scrollKey) ?? 0)),
  });
  // A new density has new heights.
  useEffect(() => {
    if (height > 0) virtual.measure();
  }, [height, virtual]);

  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !isLoadingMore && last >= lines.length - AHEAD) onMore?.();
  }, [hasMore, isLoadingMore, last, lines.length, onMore]);

  const move = (step: number): void => {
    const at = rows.findIndex((row) => idOf(row) === active);
    const next =
      rows[at === -1 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1)];
    if (next === undefined) return;
    const id = idOf(next);
    setActive(id);
    virtual.scrollToIndex(
      lines.findIndex((it) => it.kind === 'row' && idOf(it.row) === id),
      { align: 'auto' },
    );
    requestAnimationFrame(() => document.getElementById(domId(id))?.focus({ preventScroll: true }));
    // With a panel open beside the list, the panel follows.
    if (props.openId !== undefined) onOpen?.(next);
  };
  const current = (): Row | undefined => rows.find((row) => idOf(row) === (active ?? props.openId));
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    ...Object.fromEntries(
      Object.entries(props.onKey ?? {}).map(([key, act]) => [
        key,
        () => {
          const row = current();
          if (row !== undefined) act?.(row);
        },
      ]),
    ),
  });

  const before = items[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const isOpening = onOpen !== undefined;
  return (
    <Box
      ref={scroller}
      className={classes.scroller}
      data-dimmed={props.dimmed || undefined}
      // A region that scrolls can be reached by the keyboard.
      tabIndex={0}
      role="group"
      aria-label={props.label}
      onScroll={(event: UIEvent<HTMLDivElement>) => {
        const { scrollTop } = event.currentTarget;
        if (props.scrollKey !== undefined) places.set(props.scrollKey, scrollTop);
        props.onScrolled?.(scrollTop < 4);
      }}
    >
      <table
        ref={table}
        className={classes.table}
        data-phone={isPhone || undefined}
        aria-rowcount={props.total ?? (hasMore ? -1 : rows.length)}
      >
        <colgroup>
          {!isPhone && columns.map(({ key, width }) => <col key={key} style={{ width }} />)}
        </colgroup>
        <thead>
          <tr>
            {columns.map(({ key, header, align }) => (
              <th key={key} scope="col" data-align={align}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <Space height={before} columns={columns.length} />}
          {items.map(({ index, size }) => {
            const line = lines[index];
            if (line === undefined) return null;
            if (line.kind === 'group') {
              return (
                <tr key={`group ${line.title}`} className={classes.group} style={{ height: size }}>
                  <th colSpan={columns.length} scope="colgroup">
                    {line.title}
                  </th>
                </tr>
              );
            }
            const id = idOf(line.row);
            return (
              <tr
                key={id}
                id={domId(id)}
                tabIndex={isOpening ? 0 : undefined}
                aria-rowindex={line.number + 1}
                className={classes.row}
                data-opens={isOpening || undefined}
                data-open={props.openId === id || undefined}
                data-fresh={props.isFresh?.(line.row) || undefined}
                style={{ height: size }}
                onFocus={() => setActive(id)}
                onClick={(event) => {
                  if (!isOpening || isControl(event.target) || hasSelection()) return;
                  onOpen(line.row);
                }}
                onKeyDown={(event) => {
                  if (event.key === 'Enter' && event.target === event.currentTarget) onOpen?.(line.row);
                }}
              >
                <Cells columns={columns} row={line.row} isPhone={isPhone} />
              </tr>
            );
          })}
          {after > 0 && <Space height={after} columns={columns.length} />}
        </tbody>
      </table>
      {isLoadingMore && (
        <div className={classes.more} role="status">
          Loading more…
        </div>
      )}
    </Box>
  );
}

interface CellsProps<Row> {
  columns: readonly Column<Row>[];
  row: Row;
  isPhone: boolean;
}

/** Drawn again only if the row or the columns are others: not while the list scrolls. */
function Cells<Row>({ columns, row, isPhone }: CellsProps<Row>) {
  return useMemo(() => {
    if (isPhone) return <PhoneCells columns={columns} row={row} />;
    return columns.map(({ key, cell, align }) => (
      <td key={key} data-align={align}>
        <div className={classes.cell}>{cell(row)}</div>
      </td>
    ));
  }, [columns, row, isPhone]);
}

/** Few rows at first: the rest follows when the page can be used. */
function useAhead(): number {
  const [overscan, setOverscan] = useState(FIRST_OVERSCAN);
  useEffect(() => {
    const timer = setTimeout(() => setOverscan(OVERSCAN), 200);
    return () => clearTimeout(timer);
  }, []);
  return overscan;
}

function PhoneCells<Row>({ columns, row }: { columns: readonly Column<Row>[]; row: Row }) {
  const line = (number: 1 | 2) => columns.filter(({ phone }) => phone === number);
  return (
    <td colSpan={columns.length}>
      <div className={classes.phoneLine}>
        {line(1).map(({ key, cell }) => (
          <div key={key}>{cell(row)}</div>
        ))}
      </div>
      <div className={classes.phoneLine} data-second="">
        {line(2).map(({ key, cell }) => (
          <div key={key}>{cell(row)}</div>
        ))}
      </div>
    </td>
  );
}

function Space({ height, columns }: { height: number; columns: number }) {
  return (
    <tr style={{ height }}>
      <td colSpan={columns} className={classes.space} />
    </tr>
  );
}

type Line<Row> = { kind: 'row'; row: Row; number: number } | { kind: 'group'; title: string };

function withGroups<Row>(rows: readonly Row[], groupOf: ((row: Row) => string) | undefined): Line<Row>[] {
  const lines: Line<Row>[] = [];
  let group: string | undefined;
  for (const [at, row] of rows.entries()) {
    const title = groupOf?.(row);
    if (title !== undefined && title !== group) lines.push({ kind: 'group', title });
    group = title;
    lines.push({ kind: 'row', row, number: at + 1 });
  }
  return lines;
}

function domId(id: string): string {
  return `row-${id}`;
}

function isControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest('a, button, input, label') !== null;
}

/** A reader who selects text in a row does not want to leave it. */
function hasSelection(): boolean {
  return (window.getSelection()?.toString() ?? '') !== '';
}

import { Button, Drawer, Switch } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { AuditRecord } from '../generated/schema';
import { copyText } from '../shared/copy';
import { type Column, DataTable } from '../shared/DataTable';
import {
  formatClock,
  formatDate,
  formatDay,
  formatFull,
  formatNumber,
  shortId,
  zoneName,
} from '../shared/format';
import { copyLink } from '../shared/link';
import { WorkspaceName } from '../shared/names';
import { Page } from '../shared/Page';
import { Hint, LoadFailed, Notice, SkeletonRows } from '../shared/States';
import { changeSettings, useSettings } from '../shared/settings';
import { useShortcuts } from '../shared/shortcuts';
import { Missing, Time } from '../shared/Time';
import { useIsPhone } from '../shared/use-is-phone';
import { actorOf, kindOf } from './actions';
import { ExportDialog } from './ExportDialog';
import { LiveBar, useLiveRecords } from './Live';
import { LogFilters } from './LogFilters';
import classes from './LogPage.module.css';
import { isLogFiltered, type LogSearch, logFilterOf, logTimesOf } from './log-search';
import { OutcomeBadge } from './OutcomeBadge';
import { PinnedKeyLine } from './PinnedKeyLine';
import { RecordPanel } from './RecordPanel';
import { recordsQuery } from './reading';
import { useVerification } from './use-verification';
import { VerdictBadge } from './VerdictBadge';

const PROOF_WIDTH = 150;

export function LogPage() {
  const search = useSearch({ from: '/shell/log' });
  const navigate = useNavigate();
  const isPhone = useIsPhone();
  const { utc } = useSettings();
  const [isLive, setLive] = useState(false);
  const [isPaused, setPaused] = useState(false);
  const [isExporting, setExporting] = useState(false);
  const filter = logFilterOf(search);
  const times = logTimesOf(search);
  const list = useInfiniteQuery({ ...recordsQuery(search), placeholderData: keepPreviousData });
  const live = useLiveRecords(filter, isLive && search.to === undefined, isPaused);
  const stored = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const records = useMemo(() => {
    const known = new Set(live.shown.map(({ id }) => id));
    return [...live.shown, ...stored.filter(({ id }) => !known.has(id))];
  }, [live.shown, stored]);
  const verification = useVerification();
  const open = (record: AuditRecord | undefined): void =>
    void navigate({
      to: '/log',
      search: { ...search, record: record?.id },
      replace: search.record !== undefined,
    });

  useShortcuts({
    f: () => setLive(!isLive),
    y: () => void copyLink(),
    u: () => changeSettings({ utc: !utc }),
    v: () => void verification.verify(records.slice(0, 100)),
    e: () => setExporting(true),
    Escape: () => search.record !== undefined && open(undefined),
  });

  // The outcome takes what the others leave, so they give way before it gets too narrow.
  const proof = verification.size === 0 ? 0 : PROOF_WIDTH;
  const columns: Column<AuditRecord>[] = [
    {
      key: 'time',
      header: <span title={zoneName(utc)}>Time</span>,
      cell: (it) => <Time at={it.occurredAt} exact />,
      width: '112px',
      phone: 1,
    },
    { key: 'who', header: 'Who', cell: (it) => <Who record={it} />, width: '118px', phone: 1 },
    {
      key: 'action',
      header: 'Action',
      cell: (it) => <span className={classes.action}>{it.action}</span>,
      width: '184px',
      phone: 2,
    },
    {
      key: 'outcome',
      header: 'Outcome',
      cell: (it) => <OutcomeBadge record={it} />,
      phone: 2,
    },
    {
      key: 'resource',
      header: 'Resource',
      from: 880 + proof,
      width: '200px',
      cell: (it) =>
        it.resourceId === null ? (
          <Missing />
        ) : (
          <>
            <span className="secondary">{kindOf(it)}</span>{' '}
            <span className="mono">{shortId(it.resourceId)}</span>
          </>
        ),
    },
    {
      key: 'workspace',
      header: 'Workspace',
      from: 950 + proof,
      cell: (it) => <WorkspaceName id={it.workspaceId} />,
      width: '9%',
    },
    {
      key: 'address',
      header: 'Address',
      from: 1080 + proof,
      cell: (it) => it.sourceIp ?? <Missing />,
      width: '122px',
    },
    {
      key: 'occurrences',
      from: 620,
      header: '×',
      cell: (it) => (it.occurrences === 1 ? '' : `×${formatNumber(it.occurrences)}`),
      width: '48px',
      align: 'right',
    },
    ...(verification.size === 0
      ? []
      : [
          {
            key: 'proof',
            header: 'Proof',
            cell: (it: AuditRecord) => <VerdictBadge verdict={verification.verdictOf(it.id)} />,
            width: `${PROOF_WIDTH}px`,
          },
        ]),
  ];
  const shownOpen = search.record;
  const panel =
    shownOpen === undefined ? null : (
      <RecordPanel
        id={shownOpen}
        listed={records.find(({ id }) => id === shownOpen)}
        search={search}
        onClose={() => open(undefined)}
      />
    );

  return (
    <Page
      title="Audit log"
      fill
      subtitle={<PinnedKeyLine zone={zoneName(utc)} />}
      actions={
        <>
          <Switch
            label="Live"
            className={classes.live}
            checked={isLive}
            onChange={(event) => setLive(event.currentTarget.checked)}
          />
          <Button
            variant="default"
            loading={verification.isPending}
            onClick={() => void verification.verify(records.slice(0, 100))}
          >
            Verify these
          </Button>
          <Button variant="default" onClick={() => setExporting(true)}>
            Export
          </Button>
        </>
      }
    >
      <LogFilters search={search} />
      {verification.summary !== undefined && (
        <Hint tone={verification.isBad ? 'bad' : 'neutral'}>
          {verification.summary} This check runs in code from the same server. For an independent check, run{' '}
          <span className="mono">audit:verify</span> offline.
        </Hint>
      )}
      <LiveBar live={live} isLive={isLive} isPaused={isPaused} onResume={() => setPaused(false)} />
      <div className={classes.split} data-open={(!isPhone && panel !== null) || undefined}>
        <div className={classes.list}>
          {list.isPending ? (
            <SkeletonRows what="records" rows={14} />
          ) : list.error !== null && records.length === 0 ? (
            <LoadFailed what="Records" error={list.error} onRetry={() => void list.refetch()} />
          ) : records.length === 0 && !list.hasNextPage ? (
            <NoRecord search={search} times={times} />
          ) : records.length === 0 ? (
            <SearchFurther list={list} />
          ) : (
            <DataTable
              label="Audit log"
              rows={records}
              columns={columns}
              idOf={({ id }) => id}
              openId={shownOpen}
              onOpen={open}
              hasMore={list.hasNextPage}
              isLoadingMore={list.isFetchingNextPage}
              onMore={() => void list.fetchNextPage()}
              dimmed={list.isPlaceholderData}
              groupOf={({ occurredAt }) => formatDay(Date.parse(occurredAt), utc)}
              isFresh={({ id }) => live.isFresh(id)}
              onScrolled={(atTop) => setPaused(!atTop)}
              scrollKey={`log ${JSON.stringify({ ...search, record: undefined })}`}
              onKey={{ i: (record) => void copyText(record.id) }}
            />
          )}
        </div>
        {isPhone ? (
          <Drawer
            opened={panel !== null}
            onClose={() => open(undefined)}
            position="right"
            size="100%"
            withCloseButton={false}
            padding={0}
          >
            {panel}
          </Drawer>
        ) : (
          panel
        )}
      </div>
      {isExporting && <ExportDialog filter={{ ...filter, ...times }} onClose={() => setExporting(false)} />}
    </Page>
  );
}

function Who({ record }: { record: AuditRecord }) {
  return record.actorType === 'ANONYMOUS' ? (
    <span className="secondary">{actorOf(record)}</span>
  ) : (
    actorOf(record)
  );
}

function NoRecord({ search, times }: { search: LogSearch; times: { from?: string; to?: string } }) {
  const navigate = useNavigate();
  const { record: _, since: _since, from: _from, to: _to, ...others } = search;
  const isTimed = search.since !== undefined || search.from !== undefined || search.to !== undefined;
  if (!isLogFiltered(search)) return <Notice>No record exists yet. The first change makes one.</Notice>;
  return (
    <Notice
      actions={
        <>
          {isTimed && (
            <Button variant="default" onClick={() => void navigate({ to: '/log', search: others })}>
              Search all time
            </Button>
          )}
          <Button component={Link} to="/log" variant="default">
            Clear filters
          </Button>
        </>
      }
    >
      {isTimed
        ? `No record matches between ${times.from === undefined ? 'the beginning' : formatFull(Date.parse(times.from))} and ${times.to === undefined ? 'now' : formatFull(Date.parse(times.to))}.`
        : 'No records match these filters.'}
    </Notice>
  );
}

function SearchFurther({
  list,
}: {
  list: {
    data: { pages: { scannedTo?: string | null }[] } | undefined;
    fetchNextPage: () => unknown;
    isFetchingNextPage: boolean;
  };
}) {
  const scannedTo = list.data?.pages.at(-1)?.scannedTo;
  const at = scannedTo === undefined || scannedTo === null ? undefined : Date.parse(scannedTo);
  return (
    <Notice
      actions={
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          Search further back
        </Button>
      }
    >
      Nothing found
      {at === undefined ? ' so far' : ` back to ${formatDate(at, Date.now())} ${formatClock(at)}`}. Older
      records have not been searched.
    </Notice>
  );
}

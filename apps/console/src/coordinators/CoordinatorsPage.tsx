import { Button, SegmentedControl } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import type { Coordinator } from '../generated/schema';
import { useCan } from '../session/session';
import { copyText } from '../shared/copy';
import type { Column } from '../shared/DataTable';
import { formatNumber } from '../shared/format';
import { List } from '../shared/List';
import { copyLink } from '../shared/link';
import { WorkspaceName } from '../shared/names';
import { Page } from '../shared/Page';
import { PlainLink } from '../shared/PlainLink';
import { Notice } from '../shared/States';
import { useShortcuts } from '../shared/shortcuts';
import { TextFilter } from '../shared/TextFilter';
import { Missing, Time } from '../shared/Time';
import { NotAllowed } from '../shell/RouteStates';
import { CoordinatorStatusBadge } from './CoordinatorStatusBadge';
import classes from './Coordinators.module.css';
import { coordinatorsQuery, statusIn } from './reading';

const STATUSES = [
  { value: '', label: 'All' },
  { value: 'ACTIVE', label: 'Active' },
  { value: 'SUSPENDED', label: 'Suspended' },
];

export function CoordinatorsPage() {
  return useCan('system:admin') ? <Coordinators /> : <NotAllowed page="Coordinators" />;
}

function Coordinators() {
  const search = useSearch({ from: '/shell/coordinators' });
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const status = statusIn(search.status);
  const list = useInfiniteQuery({ ...coordinatorsQuery(search), placeholderData: keepPreviousData });
  const coordinators = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const change = (changes: { search?: string | undefined; status?: string | undefined }): void =>
    void navigate({ to: '/coordinators', search: { ...search, ...changes } });
  useShortcuts({
    n: () => void navigate({ to: '/coordinators/new' }),
    '/': () => input.current?.focus(),
    y: () => void copyLink(),
  });

  const columns: Column<(typeof coordinators)[number]>[] = [
    {
      key: 'name',
      header: 'Name',
      cell: (it) => (
        <PlainLink to={`/coordinators/${it.id}`} className={classes.name}>
          {it.name}
        </PlainLink>
      ),
      phone: 1,
    },
    {
      key: 'status',
      header: 'Status',
      cell: (it) => <CoordinatorStatusBadge status={it.status} />,
      width: '120px',
      phone: 1,
    },
    {
      key: 'workspaces',
      header: 'Workspaces',
      cell: (it) => <WorkspaceList ids={it.workspaceIds} />,
      width: '22%',
      phone: 2,
    },
    {
      key: 'keys',
      header: 'Live keys',
      cell: (it) => formatNumber(it.liveKeys),
      width: '88px',
      align: 'right',
      from: 800,
    },
    {
      key: 'ends',
      header: 'Next key end',
      cell: (it) => <Time at={it.nextKeyExpiresAt} none="never" />,
      width: '116px',
      from: 800,
    },
    {
      key: 'used',
      header: 'Last used',
      cell: (it) => <Time at={it.lastUsedAt} none="never" />,
      width: '110px',
      phone: 2,
    },
    {
      key: 'running',
      header: 'Running / cap',
      cell: (it) =>
        `${formatNumber(it.running)} / ${it.maxRunning === null ? '∞' : formatNumber(it.maxRunning)}`,
      width: '116px',
      align: 'right',
    },
    {
      key: 'limit',
      header: 'Limit a minute',
      cell: (it) => formatNumber(it.rateLimitPerMinute),
      width: '116px',
      align: 'right',
    },
  ];
  return (
    <Page
      title="Coordinators"
      fill
      actions={
        <Button component={Link} to="/coordinators/new">
          Register coordinator
        </Button>
      }
    >
      <div className={classes.filters}>
        <TextFilter
          label="Search by name"
          placeholder="Name"
          inputRef={input}
          value={search.search ?? ''}
          onChange={(text) => change({ search: text })}
        />
        <SegmentedControl
          size="sm"
          aria-label="Status"
          data={STATUSES}
          value={status ?? ''}
          onChange={(value) => change({ status: value || undefined })}
        />
      </div>
      <List
        what="coordinators"
        query={list}
        none={<NoCoordinatorYet />}
        isFiltered={search.search !== undefined || status !== undefined}
        onClear={() => change({ search: undefined, status: undefined })}
        rows={coordinators}
        columns={columns}
        idOf={({ id }) => id}
        onOpen={({ id }) => void navigate({ to: '/coordinators/$id', params: { id } })}
        scrollKey="coordinators"
        onKey={{ i: ({ id }) => void copyText(id) }}
      />
    </Page>
  );
}

function NoCoordinatorYet() {
  return (
    <Notice
      actions={
        <Button component={Link} to="/coordinators/new" variant="default">
          Register coordinator
        </Button>
      }
    >
      No coordinator is registered. A coordinator is a service that creates and runs jobs.
    </Notice>
  );
}

export function WorkspaceList({ ids }: { ids: Coordinator['workspaceIds'] }) {
  if (ids.length === 0) return <Missing />;
  return (
    <>
      {ids.slice(0, 3).map((id, at) => (
        <span key={id}>
          {at > 0 && ', '}
          <WorkspaceName id={id} />
        </span>
      ))}
      {ids.length > 3 && <span className="secondary"> and {ids.length - 3} more</span>}
    </>
  );
}

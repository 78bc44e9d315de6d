import { Button, Switch } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { client } from '../api';
import type { Job } from '../generated/schema';
import { ROLE_NAMES, useCan, useSession } from '../session/session';
import { ActionButton } from '../shared/ActionButton';
import { announce } from '../shared/announce';
import { copyText } from '../shared/copy';
import type { Column } from '../shared/DataTable';
import { type FeedRecord, Follow } from '../shared/feed';
import { formatNumber, plural } from '../shared/format';
import { Id } from '../shared/Id';
import { List } from '../shared/List';
import { copyLink } from '../shared/link';
import { CoordinatorName, WorkspaceName } from '../shared/names';
import { Page } from '../shared/Page';
import { PlainLink } from '../shared/PlainLink';
import { RowCheckbox } from '../shared/RowCheckbox';
import { Notice } from '../shared/States';
import { useShortcuts } from '../shared/shortcuts';
import { Missing, Time } from '../shared/Time';
import { BulkCancelDialog } from './BulkCancelDialog';
import { CancelSelectedDialog } from './CancelSelectedDialog';
import { issueOf } from './issue';
import { type JobAct, JobDialog, whyNot } from './JobDialogs';
import { JobFilters } from './JobFilters';
import { JobStatusBadge } from './JobStatusBadge';
import classes from './JobsPage.module.css';
import { isFiltered, jobFilterOf } from './job-search';
import { Progress } from './Progress';
import { jobsQuery } from './reading';

export function JobsPage() {
  const search = useSearch({ from: '/shell/jobs' });
  const navigate = useNavigate();
  const canWrite = useCan('operator-jobs:write');
  const isAdmin = useCan('system:admin');
  const [isLive, setLive] = useState(true);
  const [isPaused, setPaused] = useState(false);
  const [dialog, setDialog] = useState<{ job: Job; act: JobAct }>();
  const [isBulk, setBulk] = useState(false);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [isCancelling, setCancelling] = useState(false);

  const filter = jobFilterOf(search);
  const list = useInfiniteQuery({ ...jobsQuery(search), placeholderData: keepPreviousData });
  const jobs = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const live = useLiveJobs(jobs, () => void list.refetch());
  const chosen = jobs.filter(({ id }) => selected.has(id));

  const toggle = (job: Job): void => {
    const next = new Set(selected);
    if (!next.delete(job.id)) next.add(job.id);
    setSelected(next);
    announce(`${next.size} of ${jobs.length} selected`);
  };
  const act = (what: JobAct) => (job: Job) => {
    if (canWrite && whyNot(job, what) === undefined) setDialog({ job, act: what });
  };

  useShortcuts({
    f: () => setLive(!isLive),
    y: () => void copyLink(),
  });

  const columns: Column<Job>[] = [
    ...(canWrite
      ? [
          {
            key: 'select',
            header: (
              <RowCheckbox
                label="Select all loaded jobs"
                checked={jobs.length > 0 && selected.size === jobs.length}
                partly={selected.size > 0 && selected.size < jobs.length}
                onChange={() =>
                  setSelected(selected.size === jobs.length ? new Set() : new Set(jobs.map(({ id }) => id)))
                }
              />
            ),
            cell: (job: Job) => (
              <RowCheckbox
                label={`Select job ${job.id}`}
                checked={selected.has(job.id)}
                onChange={() => toggle(job)}
              />
            ),
            width: '34px',
          },
        ]
      : []),
    {
      key: 'status',
      header: 'Status',
      cell: (job) => <JobStatusBadge job={job} />,
      width: '120px',
      phone: 1,
    },
    {
      key: 'type',
      header: 'Type',
      cell: (job) => (
        <PlainLink to={`/jobs/${job.id}`} className={classes.type}>
          {job.type}
        </PlainLink>
      ),
      width: '12%',
      phone: 1,
    },
    {
      key: 'issue',
      header: 'Issue',
      cell: (job) => issueOf(job) ?? <Missing />,
      phone: 2,
    },
    {
      key: 'workspace',
      header: 'Workspace',
      cell: (job) => <WorkspaceName id={job.workspaceId} />,
      width: '9%',
    },
    {
      key: 'coordinator',
      header: 'Coordinator / agent',
      cell: (job) =>
        job.coordinatorId === null ? (
          <Missing />
        ) : (
          <>
            <CoordinatorName id={job.coordinatorId} />
            {job.agentId !== null && <span className="secondary"> / {job.agentId}</span>}
          </>
        ),
      width: '15%',
      from: 760,
    },
    {
      key: 'attempt',
      header: 'Attempt',
      cell: (job) => (job.attempt === 0 ? <Missing /> : `${job.attempt} of ${job.maxAttempts}`),
      width: '74px',
      align: 'right',
    },
    {
      key: 'progress',
      header: 'Progress',
      cell: (job) => (job.status === 'RUNNING' ? <Progress percent={job.progressPercent} /> : <Missing />),
      width: '112px',
      phone: 2,
    },
    {
      key: 'created',
      header: 'Created',
      cell: (job) => <Time at={job.createdAt} />,
      width: '96px',
      align: 'right',
      phone: 1,
    },
    {
      key: 'changed',
      header: 'Changed',
      from: 1240,
      cell: (job) => <Time at={job.updatedAt} />,
      width: '96px',
      align: 'right',
    },
    { key: 'id', header: 'Id', cell: (job) => <Id value={job.id} />, width: '134px', from: 1040 },
  ];

  return (
    <Page
      title="Jobs"
      fill
      actions={
        <>
          <Switch
            label="Live"
            checked={isLive}
            onChange={(event) => setLive(event.currentTarget.checked)}
            className={classes.live}
          />
          {canWrite ? (
            <ActionButton
              variant="default"
              why={search.workspace === undefined ? 'Choose one workspace first' : undefined}
              onClick={() => setBulk(true)}
            >
              Cancel all matching…
            </ActionButton>
          ) : (
            <ReadOnlyNote />
          )}
        </>
      }
    >
      <Follow
        filter={filter.workspaceId === undefined ? {} : { workspaceId: filter.workspaceId }}
        isOn={isLive && !isPaused}
        onRecord={live.receive}
        onMissed={live.show}
      />
      <JobFilters search={search} />
      {(live.fresh > 0 || (isLive && isPaused)) && (
        <div className={classes.liveBar} role="status">
          {live.fresh > 0 && (
            <Button size="xs" variant="default" onClick={() => live.show()}>
              {formatNumber(live.fresh)} new
            </Button>
          )}
          {isLive && isPaused && (
            <>
              <span>Live is paused because you scrolled.</span>
              <Button size="xs" variant="subtle" onClick={() => setPaused(false)}>
                Resume
              </Button>
            </>
          )}
        </div>
      )}
      {chosen.length > 0 && (
        <div className={classes.selection}>
          <span>
            {formatNumber(chosen.length)} of {plural(jobs.length, 'loaded job')} selected
          </span>
          <ActionButton size="xs" variant="default" onClick={() => setCancelling(true)}>
            Cancel selected…
          </ActionButton>
          <Button size="xs" variant="subtle" onClick={() => setSelected(new Set())}>
            Clear selection
          </Button>
        </div>
      )}
      <List
        what="jobs"
        query={list}
        none={<NoJobYet isAdmin={isAdmin} />}
        isFiltered={isFiltered(search)}
        onClear={() => void navigate({ to: '/jobs', search: {} })}
        rows={jobs}
        columns={columns}
        idOf={({ id }) => id}
        onOpen={(job) => void navigate({ to: '/jobs/$id', params: { id: job.id } })}
        scrollKey={`jobs ${JSON.stringify(search)}`}
        onScrolled={(atTop) => setPaused(!atTop)}
        onKey={{
          ...(canWrite && { x: toggle }),
          c: act('cancel'),
          r: act('retry'),
          i: (job) => void copyText(job.id),
        }}
      />
      {dialog !== undefined && <JobDialog {...dialog} onClose={() => setDialog(undefined)} />}
      {isBulk && <BulkCancelDialog search={search} onClose={() => setBulk(false)} />}
      {isCancelling && (
        <CancelSelectedDialog
          jobs={chosen}
          onClose={() => {
            setCancelling(false);
            setSelected(new Set());
          }}
        />
      )}
    </Page>
  );
}

function NoJobYet({ isAdmin }: { isAdmin: boolean }) {
  return (
    <Notice
      actions={
        isAdmin ? (
          <Button component={Link} to="/start" variant="default">
            Show a command
          </Button>
        ) : undefined
      }
    >
      No job exists yet. Jobs appear here as soon as a coordinator creates one.
    </Notice>
  );
}

function ReadOnlyNote() {
  const { operator } = useSession();
  const role = ROLE_NAMES[operator.role];
  return (
    <span className="secondary small">
      {role.charAt(0).toUpperCase() + role.slice(1)}s can read jobs but cannot cancel them.
    </span>
  );
}

/** Numbers of listed jobs change in place; new jobs wait until the reader asks for them. */
function useLiveJobs(jobs: readonly Job[], refetch: () => void) {
  const queries = useQueryClient();
  const [fresh, setFresh] = useState(0);
  const changed = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const known = useRef<ReadonlySet<string>>(new Set());
  known.current = new Set(jobs.map(({ id }) => id));

  const update = async (): Promise<void> => {
    timer.current = undefined;
    const ids = [...changed.current].slice(0, 20);
    changed.current.clear();
    const found = await Promise.all(ids.map((id) => client.GET('/jobs/{id}', { params: { path: { id } } })));
    const byId = new Map(found.flatMap(({ data }) => (data === undefined ? [] : [[data.id, data] as const])));
    queries.setQueriesData<{ pages: { items: Job[] }[] }>({ queryKey: ['get', '/jobs'] }, (list) => {
      if (list === undefined || !('pages' in list)) return list;
      const pages = list.pages.map((page) => ({
        ...page,
        items: page.items.map((job) => byId.get(job.id) ?? job),
      }));
      return { ...list, pages };
    });
    void queries.invalidateQueries({ queryKey: ['get', '/jobs/count'] });
  };

  const receive = (record: FeedRecord): void => {
    if (record.resourceType !== 'job' || record.resourceId === null || record.outcome !== 'SUCCESS') return;
    if (known.current.has(record.resourceId)) {
      changed.current.add(record.resourceId);
      timer.current ??= setTimeout(() => void update(), 400);
    } else if (record.action === 'job.created') setFresh((count) => count + 1);
  };

  return {
    fresh,
    receive,
    show: () => {
      setFresh(0);
      refetch();
      void queries.invalidateQueries({ queryKey: ['get', '/jobs/count'] });
    },
  };
}

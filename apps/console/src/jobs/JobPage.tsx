import { Button, Tabs } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { Job } from '../generated/schema';
import { useCan } from '../session/session';
import { ActionButton } from '../shared/ActionButton';
import { announce } from '../shared/announce';
import { useNow } from '../shared/clock';
import { copyText } from '../shared/copy';
import { Facts } from '../shared/Facts';
import { type FeedRecord, useFeed } from '../shared/feed';
import { formatClock, formatNumber, formatSpan } from '../shared/format';
import { Id } from '../shared/Id';
import { Json } from '../shared/Json';
import { copyLink } from '../shared/link';
import { CoordinatorName, WorkspaceName } from '../shared/names';
import { Page } from '../shared/Page';
import { hasCode } from '../shared/problem';
import { Hint, LoadFailed, SkeletonRows } from '../shared/States';
import { useSeal } from '../shared/seal';
import { useShortcuts } from '../shared/shortcuts';
import { Time } from '../shared/Time';
import { useIsPhone } from '../shared/use-is-phone';
import { NotFound } from '../shell/RouteStates';
import { Attempts } from './Attempts';
import { issueOf } from './issue';
import { type JobAct, JobDialog, whyNot } from './JobDialogs';
import classes from './JobPage.module.css';
import { JobStatusBadge, STATUS_LOOKS } from './JobStatusBadge';
import { Progress } from './Progress';
import { jobQuery } from './reading';
import { JobTimeline } from './Timeline';

/** The feed has only sealed records. While sealing is late, a job that is open is read instead. */
const READ_EVERY_MS = 5_000;

export function JobPage() {
  const { id } = useParams({ from: '/shell/jobs/$id' });
  const canReadLog = useCan('audit:read');
  const isSilent = (useSeal()?.isLate ?? false) || !canReadLog;
  const job = useQuery({
    ...jobQuery(id),
    refetchInterval: ({ state }) =>
      isSilent && state.data !== undefined && isOpen(state.data) ? READ_EVERY_MS : false,
  });
  if (job.isPending) return <SkeletonRows what="the job" />;
  if (job.data === undefined) {
    if (hasCode(job.error, 'not-found', 'invalid-request'))
      return <NotFound what="job" to="/jobs" list="Jobs" />;
    return <LoadFailed what="The job" error={job.error} onRetry={() => void job.refetch()} />;
  }
  return <OneJob job={job.data} />;
}

function OneJob({ job }: { job: Job }) {
  const { tab = 'timeline' } = useSearch({ from: '/shell/jobs/$id' });
  const navigate = useNavigate();
  const isPhone = useIsPhone();
  const [act, setAct] = useState<JobAct>();
  const canWrite = useCan('operator-jobs:write');
  const canReadLog = useCan('audit:read');

  const mayAct = (what: JobAct): boolean => canWrite && whyNot(job, what) === undefined;
  useShortcuts({
    c: () => mayAct('cancel') && setAct('cancel'),
    r: () => mayAct('retry') && setAct('retry'),
    i: () => void copyText(job.id),
    y: () => void copyLink(),
  });
  const buttons = (
    <>
      {canReadLog && (
        <Button component={Link} to={`/log?resource=${job.id}`} variant="default">
          Open in log
        </Button>
      )}
      {canWrite && <ActButton job={job} act="retry" onAct={setAct} />}
      {canWrite && <ActButton job={job} act="cancel" onAct={setAct} />}
    </>
  );
  return (
    <Page
      title={job.type}
      tab={`Job ${job.type}`}
      badge={
        <>
          <JobStatusBadge job={job} />
          {canReadLog && <Live job={job} />}
        </>
      }
      back={<Link to="/jobs">Jobs</Link>}
      subtitle={
        <>
          {job.repository !== null && (
            <Link
              to="/jobs"
              search={{ repository: job.repository, issue: String(job.issueNumber ?? '') || undefined }}
            >
              {issueOf(job)}
            </Link>
          )}
          {job.repository !== null && ' · '}
          <Id value={job.id} label="id" whole={!isPhone} />
        </>
      }
      actions={isPhone ? undefined : buttons}
    >
      <State job={job} />
      <Facts
        columns={2}
        items={[
          [
            'Workspace',
            <Link key="w" to="/workspaces/$id" params={{ id: job.workspaceId }}>
              <WorkspaceName id={job.workspaceId} />
            </Link>,
          ],
          [
            'Coordinator',
            job.coordinatorId === null ? null : <CoordinatorName key="n" id={job.coordinatorId} />,
          ],
          [
            'Agent',
            job.agentId === null
              ? null
              : `${job.agentId}${job.agentType === null ? '' : ` (${job.agentType})`}`,
          ],
          ['Attempt', job.attempt === 0 ? null : `${job.attempt} of ${job.maxAttempts}`],
          ['Priority', formatNumber(job.priority)],
          ['Tokens used', job.tokensUsed === 0 ? null : formatNumber(job.tokensUsed)],
          ['Created', <Time key="c" at={job.createdAt} />],
          ['Started', <Time key="s" at={job.startedAt} />],
          ['Ended', <Time key="e" at={job.endedAt} />],
          ['Duration', <Duration key="d" job={job} />],
        ]}
      />
      <Tabs
        value={tab}
        onChange={(value) =>
          void navigate({
            to: '/jobs/$id',
            params: { id: job.id },
            search: { tab: value === 'timeline' ? undefined : (value ?? undefined) },
            replace: true,
          })
        }
        keepMounted={false}
      >
        <Tabs.List className={classes.tabs}>
          {canReadLog && <Tabs.Tab value="timeline">Timeline</Tabs.Tab>}
          <Tabs.Tab value="attempts">Attempts</Tabs.Tab>
          <Tabs.Tab value="metadata">Metadata</Tabs.Tab>
          <Tabs.Tab value="result">Result</Tabs.Tab>
          <Tabs.Tab value="raw">Raw</Tabs.Tab>
        </Tabs.List>
        <div className={classes.panel}>
          <Tabs.Panel value="timeline">
            <JobTimeline job={job} />
          </Tabs.Panel>
          <Tabs.Panel value="attempts">
            <Attempts job={job} />
          </Tabs.Panel>
          <Tabs.Panel value="metadata">
            <Json value={job.metadata} empty="The job has no metadata." />
          </Tabs.Panel>
          <Tabs.Panel value="result">
            <Json value={job.result} empty="There is no result." />
          </Tabs.Panel>
          <Tabs.Panel value="raw">
            <Json value={job} empty="" />
          </Tabs.Panel>
        </div>
      </Tabs>
      {isPhone && <div className={classes.sticky}>{buttons}</div>}
      {act !== undefined && <JobDialog job={job} act={act} onClose={() => setAct(undefined)} />}
    </Page>
  );
}

/** Follows the records of the job while it is open. */
function Live({ job }: { job: Job }) {
  const queries = useQueryClient();
  const read = (): void => {
    for (const path of ['/jobs/{id}', '/jobs/{id}/attempts', '/audit-log']) {
      void queries.invalidateQueries({ queryKey: ['get', path] });
    }
  };
  const follow = (record: FeedRecord): void => {
    if (record.resourceId !== job.id || record.outcome !== 'SUCCESS') return;
    if (record.action !== 'job.progressed')
      announce(`The job changed: ${record.action.replace('job.', '')}.`);
    read();
  };
  const feed = useFeed({ resourceId: job.id }, isOpen(job), follow, read);
  return feed.kind === 'live' && <span className={classes.live}>Live</span>;
}

function ActButton({ job, act, onAct }: { job: Job; act: JobAct; onAct: (act: JobAct) => void }) {
  const why = whyNot(job, act);
  // A job that can be cancelled cannot be retried, and the other way round: one button is enough.
  if (why !== undefined && act === 'cancel' && job.status === 'FAILED') return null;
  if (why !== undefined && act === 'retry' && job.status !== 'FAILED') return null;
  return (
    <ActionButton
      variant={act === 'retry' && why === undefined ? 'filled' : 'default'}
      why={why}
      onClick={() => onAct(act)}
    >
      {act === 'cancel' ? 'Cancel job' : 'Retry job'}
    </ActionButton>
  );
}

/** What the job does now, or why it failed. */
function State({ job }: { job: Job }): ReactNode {
  if (job.status === 'RUNNING') {
    return (
      <div className={classes.state}>
        <Progress percent={job.progressPercent} wide />
        <div className={classes.line}>
          <span>{job.currentStep ?? 'No step was reported yet.'}</span>
          <Lease job={job} />
        </div>
      </div>
    );
  }
  if (job.status === 'FAILED') {
    return (
      <Hint tone="bad">
        <strong>{job.failedStep === null ? 'Failed' : `Failed in step ${job.failedStep}`}</strong>
        <div className={classes.error}>{job.error ?? 'No error was reported.'}</div>
        {job.final && <div>Its coordinator said that this failure is final.</div>}
      </Hint>
    );
  }
  if (job.status === 'PENDING') {
    return (
      <Hint>
        {STATUS_LOOKS.PENDING.name}: it waits for a worker since {formatClock(Date.parse(job.updatedAt))}.
        {job.notBefore !== null && ` It is held until ${formatClock(Date.parse(job.notBefore))}.`}
        {job.previousAttempt !== null && job.previousAttempt.error !== null && (
          <div className={classes.error}>The attempt before failed: {job.previousAttempt.error}</div>
        )}
      </Hint>
    );
  }
  return null;
}

function Lease({ job }: { job: Job }) {
  const now = useNow(1);
  if (job.leaseExpiresAt === null)
    return <span className={classes.noLease}>Without a lease: it runs until it is ended.</span>;
  const left = Date.parse(job.leaseExpiresAt) - now;
  return (
    <span className="number">{left > 0 ? `Lease ends in ${formatSpan(left)}` : 'Its lease has ended'}</span>
  );
}

function Duration({ job }: { job: Job }) {
  const now = useNow(1);
  if (job.durationSeconds !== null) return <>{formatSpan(job.durationSeconds * 1_000)}</>;
  if (job.startedAt === null || job.status !== 'RUNNING') return <>–</>;
  return <>{formatSpan(now - Date.parse(job.startedAt))}</>;
}

export function isOpen({ status }: Job): boolean {
  return status === 'PENDING' || status === 'RUNNING';
}

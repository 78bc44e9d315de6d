import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { api, client } from '../api';
import { clock } from '../shared/clock';
import { Dialog } from '../shared/Dialog';
import { formatClock, formatCount, formatNumber, plural } from '../shared/format';
import { Id } from '../shared/Id';
import { WorkspaceName } from '../shared/names';
import { explain, memberErrors } from '../shared/problem';
import { ReasonField, rememberReason } from '../shared/ReasonField';
import { Hint, LoadFailed, SkeletonRows } from '../shared/States';
import classes from './BulkCancelDialog.module.css';
import { FilterChips } from './FilterChips';
import { issueOf } from './issue';
import { refreshJobs } from './JobDialogs';
import { type JobSearch, jobFilterOf, statusesOf } from './job-search';

const EXAMPLES = 10;
const CANCELLABLE: ('PENDING' | 'RUNNING')[] = ['PENDING', 'RUNNING'];
/** Above it the number is typed. */
const TYPED_ABOVE = 100;

type Progress =
  | { kind: 'asking' }
  | { kind: 'running'; cancelled: number }
  | { kind: 'ended'; cancelled: number; text: string; since: string };

interface Props {
  search: JobSearch;
  onClose: () => void;
}

/** Cancels what the list shows: the same filter, frozen at the time of the preview. */
export function BulkCancelDialog(props: Props) {
  const statuses = statusesOf(props.search);
  const isEnded = statuses.length > 0 && !statuses.some((it) => CANCELLABLE.some((open) => open === it));
  return isEnded ? <OnlyEnded {...props} /> : <Preview {...props} />;
}

function OnlyEnded({ search, onClose }: Props) {
  return (
    <Dialog
      title="Cancel matching jobs?"
      facts={<FilterChips search={search} />}
      keep="Keep jobs"
      act="Cancel jobs"
      danger
      disabled
      onKeep={onClose}
      onAct={onClose}
    >
      <Hint tone="warning">The filter has only jobs that have ended. These cannot be cancelled.</Hint>
    </Dialog>
  );
}

function Preview({ search, onClose }: Props) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [progress, setProgress] = useState<Progress>({ kind: 'asking' });
  const isStopped = useRef(false);
  const [frozen] = useState(() => new Date(clock.now()).toISOString());

  const filter = cancellableOf(search, frozen);
  const count = useCount(filter);
  const examples = api.useQuery('get', '/jobs', { params: { query: { ...filter, limit: EXAMPLES } } });

  const pending = count.data?.byStatus.PENDING ?? 0;
  const running = count.data?.byStatus.RUNNING ?? 0;
  const total = pending + running;
  const capped = count.data?.capped ?? false;
  const shown = formatCount(total, capped);
  const mustType = total > TYPED_ABOVE;
  const isTyped = !mustType || typed.replaceAll(/\D/g, '') === String(total);

  const run = async (): Promise<void> => {
    const { status, workspaceId = '', ...rest } = filter;
    let cancelled = 0;
    setError(null);
    setProgress({ kind: 'running', cancelled });
    for (;;) {
      const { data, error: refused } = await client
        .POST('/jobs/cancel', {
          body: {
            ...rest,
            status,
            workspaceId,
            reason: reason.trim(),
          },
        })
        .catch((failure: unknown) => ({ data: undefined, error: failure }));
      if (data === undefined) {
        setError(refused);
        if (cancelled === 0) setProgress({ kind: 'asking' });
        else
          setProgress({
            kind: 'ended',
            cancelled,
            text: `Stopped by an error: ${explain(refused)}`,
            since: frozen,
          });
        break;
      }
      cancelled += data.cancelled;
      if (!data.more || isStopped.current) {
        const text = data.more ? 'You stopped it. The rest was not touched.' : 'All of them.';
        setProgress({ kind: 'ended', cancelled, text, since: frozen });
        break;
      }
      setProgress({ kind: 'running', cancelled });
    }
    rememberReason(reason.trim());
    await refreshJobs(queries);
  };

  if (progress.kind === 'ended') {
    return (
      <Dialog
        title={`${plural(progress.cancelled, 'job')} cancelled`}
        facts={
          <p>
            {progress.text}{' '}
            <Link
              to="/log"
              search={{ action: 'job.cancelled', workspace: search.workspace, from: progress.since }}
              onClick={onClose}
            >
              Show them in the log
            </Link>
          </p>
        }
        keep="Close"
        act="Done"
        local
        onKeep={onClose}
        onAct={onClose}
      />
    );
  }
  const isRunning = progress.kind === 'running';
  return (
    <Dialog
      title={
        count.data === undefined
          ? 'Cancel matching jobs?'
          : total === 1
            ? 'Cancel 1 job?'
            : `Cancel ${shown} jobs?`
      }
      facts={
        count.data === undefined ? undefined : (
          <>
            <p>
              <strong>{formatNumber(running)}</strong> run now, <strong>{formatNumber(pending)}</strong> wait
              in <WorkspaceName id={search.workspace ?? null} />. Jobs created after{' '}
              {formatClock(Date.parse(frozen))} are not touched.
            </p>
            <FilterChips search={search} />
          </>
        )
      }
      keep="Keep jobs"
      act={count.data === undefined ? 'Cancel jobs' : `Cancel ${plural(total, 'job')}`}
      danger
      size="lg"
      pending={isRunning}
      disabled={reason.trim() === '' || total === 0 || !isTyped}
      error={error}
      onKeep={onClose}
      onAct={() => void run()}
    >
      {count.error !== null && (
        <LoadFailed what="The preview" error={count.error} onRetry={() => void count.refetch()} />
      )}
      {count.isPending && <SkeletonRows what="the preview" rows={3} />}
      {total === 0 && count.data !== undefined && <Hint>No job matches that waits or runs.</Hint>}
      {total > 0 && (
        <ul className={classes.examples} aria-label="Examples">
          {examples.data?.items.map((job) => (
            <li key={job.id}>
              <Id value={job.id} />
              <span className="cut">
                {[job.type, issueOf(job)].filter((it) => it !== undefined).join(' · ')}
              </span>
            </li>
          ))}
          {total > EXAMPLES && <li className="secondary">and {formatNumber(total - EXAMPLES)} more</li>}
        </ul>
      )}
      <ReasonField value={reason} error={memberErrors(error).reason} onChange={setReason} />
      {mustType && (
        <TextInput
          label={`Type ${total} to go on`}
          inputMode="numeric"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      {isRunning && (
        <div className={classes.progress} role="status">
          <span>
            {formatNumber(progress.cancelled)} of about {shown} cancelled.
          </span>
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              isStopped.current = true;
            }}
          >
            Stop
          </Button>
        </div>
      )}
    </Dialog>
  );
}

function useCount(filter: ReturnType<typeof cancellableOf>) {
  return api.useQuery('get', '/jobs/count', { params: { query: filter } }, { staleTime: 0 });
}

/** Of the filter's statuses those in which a job can be cancelled. */
function cancellableOf(search: JobSearch, frozen: string) {
  const statuses = statusesOf(search);
  const filter = jobFilterOf(search);
  const { createdBefore = frozen } = filter;
  const before = createdBefore < frozen ? createdBefore : frozen;
  return {
    ...filter,
    status: CANCELLABLE.filter((it) => statuses.length === 0 || statuses.includes(it)),
    createdBefore: before,
  };
}

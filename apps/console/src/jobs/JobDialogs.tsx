import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../api';
import type { Job } from '../generated/schema';
import { Dialog } from '../shared/Dialog';
import { LostAnswer } from '../shared/Lost';
import { memberErrors, refusalOf } from '../shared/problem';
import { ReasonField, rememberReason } from '../shared/ReasonField';
import { useChange } from '../shared/use-change';
import { STATUS_LOOKS } from './JobStatusBadge';
import { STATUSES } from './job-search';

export type JobAct = 'cancel' | 'retry';

const TEXTS = {
  cancel: {
    title: 'Cancel this job?',
    keep: 'Keep running',
    act: 'Cancel job',
    done: 'The job is cancelled.',
  },
  retry: {
    title: 'Retry this job?',
    keep: 'Close',
    act: 'Retry job',
    done: 'The job waits for its next attempt.',
  },
} as const;

/** Cancels or retries one job, with a reason. */
export function JobDialog({ job, act, onClose }: { job: Job; act: JobAct; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const text = TEXTS[act];
  const { run, isPending, error, lost, onOutcome } = useChange<Job>((changed) => {
    rememberReason(reason.trim());
    if (changed !== undefined) {
      queries.setQueryData(['get', '/jobs/{id}', { params: { path: { id: job.id } } }], changed);
    }
    void refreshJobs(queries);
    notifications.show({ message: text.done, color: 'teal' });
    onClose();
  });
  const submit = (): void => {
    const params = { path: { id: job.id } };
    const body = { reason: reason.trim() };
    run((headers) =>
      act === 'cancel'
        ? client.POST('/jobs/{id}/cancel', { params: { ...params, header: headers }, body })
        : client.POST('/jobs/{id}/retry', { params: { ...params, header: headers }, body }),
    );
  };
  return (
    <Dialog
      title={text.title}
      facts={act === 'cancel' ? <CancelFacts job={job} /> : <RetryFacts job={job} />}
      keep={act === 'cancel' && job.status === 'PENDING' ? 'Keep job' : text.keep}
      act={text.act}
      danger={act === 'cancel'}
      pending={isPending}
      disabled={reason.trim() === ''}
      error={endedFirst(error) ?? error}
      onKeep={onClose}
      onAct={submit}
    >
      <ReasonField value={reason} error={memberErrors(error).reason} onChange={setReason} />
      <LostAnswer error={lost} onOutcome={onOutcome} />
    </Dialog>
  );
}

function CancelFacts({ job }: { job: Job }) {
  return job.status === 'RUNNING' ? (
    <p>
      Its worker can no longer write to it, and learns so at its next request. Readers of the log see your
      reason.
    </p>
  ) : (
    <p>It waits for a worker, and none will get it. Readers of the log see your reason.</p>
  );
}

function RetryFacts({ job }: { job: Job }) {
  return (
    <p>
      Attempt {job.attempt + 1} of {job.maxAttempts} begins when a worker claims it.
    </p>
  );
}

/** `The job is now {Completed}. Nothing was changed.` */
function endedFirst(error: unknown): unknown {
  const refusal = refusalOf(error);
  const status = STATUSES.find((it) => it === refusal?.currentStatus);
  if (refusal === undefined || status === undefined) return undefined;
  const { name } = STATUS_LOOKS[status];
  return { ...refusal, detail: `The job is now ${name}. Nothing was changed.` };
}

export async function refreshJobs(queries: ReturnType<typeof useQueryClient>): Promise<void> {
  await Promise.all(
    ['/jobs', '/jobs/count', '/jobs/{id}/attempts', '/audit-log'].map((path) =>
      queries.invalidateQueries({ queryKey: ['get', path] }),
    ),
  );
}

/** Why a job cannot be cancelled or retried now; undefined if it can. */
export function whyNot(job: Job, act: JobAct): string | undefined {
  const { name } = STATUS_LOOKS[job.status];
  if (act === 'cancel') {
    return job.status === 'PENDING' || job.status === 'RUNNING' ? undefined : `The job is ${name} already.`;
  }
  if (job.status !== 'FAILED') return `Only a failed job can be retried. This one is ${name}.`;
  if (job.final) return 'Its coordinator said that this failure is final.';
  if (job.attempt >= job.maxAttempts)
    return `No attempt is left: ${job.attempt} of ${job.maxAttempts} were made.`;
  return undefined;
}

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../api';
import type { Job } from '../generated/schema';
import { Dialog } from '../shared/Dialog';
import { plural } from '../shared/format';
import { Id } from '../shared/Id';
import { explain } from '../shared/problem';
import { ReasonField, rememberReason } from '../shared/ReasonField';
import classes from './BulkCancelDialog.module.css';
import { refreshJobs, whyNot } from './JobDialogs';

/** Cancels the selected jobs one by one, each with its own outcome. */
export function CancelSelectedDialog({ jobs, onClose }: { jobs: readonly Job[]; onClose: () => void }) {
  const queries = useQueryClient();
  const [frozen] = useState(jobs);
  const [reason, setReason] = useState('');
  const [outcomes, setOutcomes] = useState<Record<string, string>>({});
  const [state, setState] = useState<'asking' | 'running' | 'ended'>('asking');
  const possible = frozen.filter((job) => whyNot(job, 'cancel') === undefined);

  const run = async (): Promise<void> => {
    setState('running');
    for (const { id } of possible) {
      const outcome = await client
        .POST('/jobs/{id}/cancel', { params: { path: { id } }, body: { reason: reason.trim() } })
        .then(({ error }) => (error === undefined ? 'Cancelled' : explain(error)))
        .catch(explain);
      setOutcomes((known) => ({ ...known, [id]: outcome }));
    }
    rememberReason(reason.trim());
    await refreshJobs(queries);
    setState('ended');
  };

  return (
    <Dialog
      title={
        state === 'ended' ? 'This is what happened' : `Cancel ${plural(possible.length, 'selected job')}?`
      }
      facts={
        state === 'ended' ? undefined : (
          <p>Their workers can no longer write to them. Readers of the log see your reason.</p>
        )
      }
      keep={state === 'ended' ? 'Close' : 'Keep jobs'}
      act={state === 'ended' ? 'Done' : `Cancel ${plural(possible.length, 'job')}`}
      danger={state !== 'ended'}
      local={state === 'ended'}
      pending={state === 'running'}
      disabled={state === 'asking' && (reason.trim() === '' || possible.length === 0)}
      size="lg"
      onKeep={onClose}
      onAct={() => {
        if (state === 'ended') onClose();
        else void run();
      }}
    >
      <ul className={classes.examples} aria-label="Selected jobs">
        {frozen.map((job) => (
          <li key={job.id}>
            <Id value={job.id} />
            <span className="cut">{job.type}</span>
            <span className="secondary">{outcomes[job.id] ?? whyNot(job, 'cancel') ?? ''}</span>
          </li>
        ))}
      </ul>
      {state === 'asking' && <ReasonField value={reason} onChange={setReason} />}
    </Dialog>
  );
}

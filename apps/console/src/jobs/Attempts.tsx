import { api } from '../api';
import type { Job, JobAttempt } from '../generated/schema';
import { Facts } from '../shared/Facts';
import { formatClock, formatNumber, formatSpan } from '../shared/format';
import { Json } from '../shared/Json';
import { CoordinatorName } from '../shared/names';
import { LoadFailed, SkeletonRows } from '../shared/States';
import { Time } from '../shared/Time';
import classes from './Attempts.module.css';
import { JobStatusBadge } from './JobStatusBadge';

/** Each try at the job, the newest first. */
export function Attempts({ job }: { job: Job }) {
  const list = api.useQuery('get', '/jobs/{id}/attempts', {
    params: { path: { id: job.id }, query: { limit: 100 } },
  });
  if (list.isPending) return <SkeletonRows what="attempts" rows={3} />;
  if (list.data === undefined)
    return <LoadFailed what="Attempts" error={list.error} onRetry={() => void list.refetch()} />;
  if (list.data.items.length === 0) {
    return (
      <p className="secondary">
        No attempt has started. The job has waited since {formatClock(Date.parse(job.createdAt))}.
      </p>
    );
  }
  return (
    <ol className={classes.attempts}>
      {[...list.data.items]
        .sort((one, other) => other.attempt - one.attempt)
        .map((attempt) => (
          <li key={attempt.attempt} className={classes.attempt}>
            <div className={classes.head}>
              <strong>Attempt {attempt.attempt}</strong>
              <JobStatusBadge job={{ status: attempt.status, notBefore: null }} />
              <span className="secondary small">
                <Time at={attempt.startedAt} />
              </span>
            </div>
            <Facts
              columns={2}
              items={[
                [
                  'Coordinator',
                  attempt.coordinatorId === null ? null : (
                    <CoordinatorName key="c" id={attempt.coordinatorId} />
                  ),
                ],
                ['Agent', attempt.agentId],
                [
                  'Duration',
                  attempt.durationSeconds === null ? null : formatSpan(attempt.durationSeconds * 1_000),
                ],
                ['Tokens used', attempt.tokensUsed === 0 ? null : formatNumber(attempt.tokensUsed)],
                ...failureOf(attempt),
              ]}
            />
            {attempt.gateResults !== null && <Json value={attempt.gateResults} empty="" />}
          </li>
        ))}
    </ol>
  );
}

function failureOf({ error, failedStep }: JobAttempt): [string, string][] {
  return [
    ...(error === null ? [] : [['Error', error] satisfies [string, string]]),
    ...(failedStep === null ? [] : [['Failed step', failedStep] satisfies [string, string]]),
  ];
}

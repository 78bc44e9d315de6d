import { Link } from '@tanstack/react-router';
import { api } from '../api';
import type { Coordinator } from '../generated/schema';
import { issueOf } from '../jobs/issue';
import { JobStatusBadge } from '../jobs/JobStatusBadge';
import { Progress } from '../jobs/Progress';
import { LoadFailed, Notice, SkeletonRows } from '../shared/States';
import { Time } from '../shared/Time';
import classes from './Coordinators.module.css';

/** The newest jobs that this coordinator works on or worked on. */
export function JobsTab({ coordinator }: { coordinator: Coordinator }) {
  const list = api.useQuery('get', '/jobs', {
    params: { query: { coordinatorId: coordinator.id, limit: 20 } },
  });
  if (list.isPending) return <SkeletonRows what="jobs" rows={5} />;
  if (list.data === undefined)
    return <LoadFailed what="Jobs" error={list.error} onRetry={() => void list.refetch()} />;
  if (list.data.items.length === 0) return <Notice>This coordinator has worked on no job yet.</Notice>;
  return (
    <>
      <ul className={classes.rows} aria-label="Jobs">
        {list.data.items.map((job) => (
          <li key={job.id}>
            <JobStatusBadge job={job} />
            <span className={classes.grow}>
              <Link to="/jobs/$id" params={{ id: job.id }}>
                {job.type}
              </Link>
              <span className="secondary"> {issueOf(job)}</span>
            </span>
            {job.status === 'RUNNING' && <Progress percent={job.progressPercent} />}
            <span className="secondary">
              <Time at={job.updatedAt} />
            </span>
          </li>
        ))}
      </ul>
      <div>
        <Link to="/jobs" search={{ coordinator: coordinator.id }}>
          All its jobs
        </Link>
      </div>
    </>
  );
}

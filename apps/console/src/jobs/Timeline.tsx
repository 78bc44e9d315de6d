import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { actorOf } from '../audit-log/actions';
import { Diff } from '../audit-log/Diff';
import { OutcomeBadge } from '../audit-log/OutcomeBadge';
import type { AuditAction, AuditRecord, Job } from '../generated/schema';
import { formatPercent, plural } from '../shared/format';
import { Icon, type IconName } from '../shared/Icon';
import { LoadFailed, SkeletonRows } from '../shared/States';
import { Time } from '../shared/Time';
import { timelineQuery } from './reading';
import classes from './Timeline.module.css';
import { timelineOf } from './timeline';

const LOOKS: Partial<Record<AuditAction, { icon: IconName; tone: string; name: string }>> = {
  'job.created': { icon: 'plus', tone: 'neutral', name: 'Created' },
  'job.started': { icon: 'half', tone: 'running', name: 'Started' },
  'job.completed': { icon: 'check', tone: 'good', name: 'Completed' },
  'job.failed': { icon: 'cross', tone: 'bad', name: 'Failed' },
  'job.retried': { icon: 'swap', tone: 'neutral', name: 'Retried' },
  'job.cancelled': { icon: 'slash', tone: 'neutral', name: 'Cancelled' },
  'job.expired': { icon: 'clock', tone: 'warning', name: 'Lease expired' },
  'job.requeued': { icon: 'swap', tone: 'warning', name: 'Returned to pending' },
  'job.triggered': { icon: 'plus', tone: 'neutral', name: 'Triggered again' },
  'job.read': { icon: 'circle', tone: 'neutral', name: 'Read' },
};

/** The records of one job, the newest first. */
export function JobTimeline({ job }: { job: Job }) {
  const list = useInfiniteQuery(timelineQuery(job.id));
  if (list.isPending) return <SkeletonRows what="the timeline" rows={5} />;
  if (list.data === undefined) {
    return <LoadFailed what="The timeline" error={list.error} onRetry={() => void list.refetch()} />;
  }
  const entries = timelineOf(list.data.pages.flatMap(({ items }) => items));
  return (
    <>
      <ol className={classes.timeline}>
        {entries.map((entry) => {
          if (entry.kind === 'gap') {
            return (
              <li key={`gap ${entry.after}`} className={classes.entry} data-tone="warning">
                <span className={classes.dot}>
                  <Icon name="warning" size={14} />
                </span>
                <div>
                  Records {entry.after + 1} to {entry.before - 1} are missing here.
                </div>
              </li>
            );
          }
          if (entry.kind === 'progress') {
            const [newest] = entry.records;
            return (
              <li key={newest?.id} className={classes.entry}>
                <span className={classes.dot}>
                  <Icon name="live" size={14} />
                </span>
                <div className={classes.body}>
                  <div className={classes.head}>
                    <span>
                      {plural(entry.records.length, 'progress report')}, {formatPercent(entry.from)} →{' '}
                      {formatPercent(entry.to)}
                    </span>
                    <span className={classes.when}>
                      <Time at={newest?.occurredAt} exact />
                    </span>
                  </div>
                </div>
              </li>
            );
          }
          return <Entry key={entry.record.id} record={entry.record} />;
        })}
      </ol>
      {list.hasNextPage && (
        <Button variant="default" onClick={() => void list.fetchNextPage()} loading={list.isFetchingNextPage}>
          Show older
        </Button>
      )}
    </>
  );
}

function Entry({ record }: { record: AuditRecord }) {
  const [isOpen, setOpen] = useState(false);
  const { icon, tone, name } = LOOKS[record.action] ?? {
    icon: 'circle',
    tone: 'neutral',
    name: record.action,
  };
  const hasChanges = Object.keys(record.changes).length > 0;
  return (
    <li className={classes.entry} data-tone={record.outcome === 'DENIED' ? 'bad' : tone}>
      <span className={classes.dot}>
        <Icon name={record.outcome === 'DENIED' ? 'refused' : icon} size={14} />
      </span>
      <div className={classes.body}>
        <div className={classes.head}>
          <span>
            <strong>{record.outcome === 'DENIED' ? 'Refused' : name}</strong>{' '}
            <span className="secondary">by {actorOf(record)}</span>{' '}
            {record.outcome === 'DENIED' && <OutcomeBadge record={record} />}
          </span>
          <span className={classes.when}>
            <Time at={record.occurredAt} exact />
          </span>
        </div>
        {record.outcome === 'SUCCESS' && record.reason !== null && (
          <p className={classes.reason}>{record.reason}</p>
        )}
        {hasChanges && (
          <button
            type="button"
            className={classes.toggle}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {isOpen ? 'Hide changes' : plural(Object.keys(record.changes).length, 'change')}
          </button>
        )}
        {isOpen && <Diff changes={record.changes} />}
      </div>
    </li>
  );
}

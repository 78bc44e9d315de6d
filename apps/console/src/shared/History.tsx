import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../api';
import { sentenceOf } from '../audit-log/actions';
import { Diff } from '../audit-log/Diff';
import { OutcomeBadge } from '../audit-log/OutcomeBadge';
import type { AuditRecord } from '../generated/schema';
import classes from './History.module.css';
import { LoadFailed, SkeletonRows } from './States';
import { Time } from './Time';

/** Who changed a thing, and how: its newest records. */
export function History({
  filter,
  to,
}: {
  filter: { resourceId?: string; actorId?: string; kid?: string };
  to: string;
}) {
  const list = api.useQuery('get', '/audit-log', { params: { query: { ...filter, limit: 25 } } });
  if (list.isPending) return <SkeletonRows what="the history" rows={5} />;
  if (list.data === undefined)
    return <LoadFailed what="The history" error={list.error} onRetry={() => void list.refetch()} />;
  if (list.data.items.length === 0) return <p className="secondary">No record exists yet.</p>;
  return (
    <>
      <ol className={classes.history}>
        {list.data.items.map((record) => (
          <Entry key={record.id} record={record} />
        ))}
      </ol>
      <Link to={to}>Open in the log</Link>
    </>
  );
}

function Entry({ record }: { record: AuditRecord }) {
  const [isOpen, setOpen] = useState(false);
  const hasChanges = Object.keys(record.changes).length > 0;
  return (
    <li className={classes.entry}>
      <div className={classes.head}>
        <span>
          {sentenceOf(record)} <OutcomeBadge record={record} />
        </span>
        <span className={classes.end}>
          {hasChanges && (
            <button
              type="button"
              className={classes.toggle}
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
            >
              {isOpen ? 'Hide changes' : 'Changes'}
            </button>
          )}
          <Link to="/log" search={{ record: record.id }} className="secondary">
            <Time at={record.occurredAt} />
          </Link>
        </span>
      </div>
      {isOpen && <Diff changes={record.changes} />}
    </li>
  );
}

import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../api';
import classes from '../coordinators/Coordinators.module.css';
import type { Session, SessionPage } from '../generated/schema';
import { ActionButton } from '../shared/ActionButton';
import { Badge } from '../shared/Badge';
import { clock } from '../shared/clock';
import { Dialog } from '../shared/Dialog';
import { formatAge } from '../shared/format';
import { LoadFailed, SkeletonRows } from '../shared/States';
import { Time } from '../shared/Time';
import { useChange } from '../shared/use-change';
import { browserOf } from './browser';

interface Loading {
  data: SessionPage | undefined;
  isPending: boolean;
  error: unknown;
  refetch: () => unknown;
}

/** Signed-in browsers, each with a button that ends it. */
export function SessionList({ query }: { query: Loading }) {
  const [ending, setEnding] = useState<Session>();
  if (query.isPending) return <SkeletonRows what="sessions" rows={3} />;
  if (query.data === undefined)
    return <LoadFailed what="Sessions" error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data.items.length === 0) return <p className="secondary">No browser is signed in.</p>;
  return (
    <>
      <ul className={classes.rows} aria-label="Sessions">
        {query.data.items.map((session) => (
          <li key={session.id}>
            <span className={classes.grow}>
              <strong>{session.operator.name}</strong>{' '}
              <span className="secondary">{browserOf(session.userAgent)}</span>
            </span>
            {session.current && (
              <Badge tone="running" icon="dot">
                This one
              </Badge>
            )}
            <span className="secondary">{session.sourceIp ?? 'unknown address'}</span>
            <span className="secondary">
              signed in {session.openedWith === 'provider' && 'with the provider '}
              <Time at={session.createdAt} />
            </span>
            <span className="secondary">
              last seen <Time at={session.lastSeenAt} />
            </span>
            <span className={classes.end}>
              <ActionButton size="xs" variant="default" onClick={() => setEnding(session)}>
                End
              </ActionButton>
            </span>
          </li>
        ))}
      </ul>
      {ending !== undefined && <EndDialog session={ending} onClose={() => setEnding(undefined)} />}
    </>
  );
}

function EndDialog({ session, onClose }: { session: Session; onClose: () => void }) {
  const queries = useQueryClient();
  const { run, isPending, error } = useChange<unknown>(() => {
    if (session.current) {
      location.assign('/console/sign-in');
      return;
    }
    void queries.invalidateQueries({ queryKey: ['get', '/sessions'] });
    notifications.show({ message: 'The session is ended.', color: 'teal' });
    onClose();
  });
  return (
    <Dialog
      title="End this session?"
      facts={
        <p>
          {browserOf(session.userAgent)}, {session.sourceIp ?? 'unknown address'}, last seen{' '}
          {formatAge(Date.parse(session.lastSeenAt), clock.now())}.
          {session.current && ' It is the one you use now.'}
        </p>
      }
      keep="Keep"
      act="End session"
      danger
      pending={isPending}
      error={error}
      onKeep={onClose}
      onAct={() =>
        run((headers) =>
          client.DELETE('/sessions/{id}', { params: { path: { id: session.id }, header: headers } }),
        )
      }
    />
  );
}

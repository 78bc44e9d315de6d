import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, client } from '../api';
import { useCan, useSession } from '../session/session';
import { ActionButton } from '../shared/ActionButton';
import { Dialog } from '../shared/Dialog';
import { plural } from '../shared/format';
import { Page } from '../shared/Page';
import { useChange } from '../shared/use-change';
import { SessionList } from './SessionList';

export function SessionsPage() {
  const isAdmin = useCan('system:admin');
  const { operator } = useSession();
  const [isEnding, setEnding] = useState(false);
  const sessions = api.useQuery('get', '/sessions', { params: { query: { limit: 100 } } });
  const others = (sessions.data?.items ?? []).filter(
    (it) => it.operator.id === operator.id && !it.current,
  ).length;
  return (
    <Page
      title="Sessions"
      subtitle={
        isAdmin ? 'Browsers in which operators are signed in.' : 'Browsers in which you are signed in.'
      }
      actions={
        others > 0 ? (
          <ActionButton variant="default" onClick={() => setEnding(true)}>
            End all my others
          </ActionButton>
        ) : undefined
      }
    >
      <SessionList query={sessions} />
      {isEnding && <EndOthers count={others} onClose={() => setEnding(false)} />}
    </Page>
  );
}

function EndOthers({ count, onClose }: { count: number; onClose: () => void }) {
  const queries = useQueryClient();
  const { run, isPending, error } = useChange<unknown>(() => {
    void queries.invalidateQueries({ queryKey: ['get', '/sessions'] });
    notifications.show({ message: 'Your other sessions are ended.', color: 'teal' });
    onClose();
  });
  return (
    <Dialog
      title={`End your ${plural(count, 'other session')}?`}
      facts={<p>Each of these browsers must sign in again. This one stays.</p>}
      keep="Keep"
      act={`End ${plural(count, 'session')}`}
      danger
      pending={isPending}
      error={error}
      onKeep={onClose}
      onAct={() => run((headers) => client.DELETE('/sessions', { params: { header: headers } }))}
    />
  );
}

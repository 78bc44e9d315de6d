import { Button, Tabs } from '@mantine/core';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../api';
import type { Coordinator } from '../generated/schema';
import { useCan } from '../session/session';
import { ActionButton } from '../shared/ActionButton';
import { History } from '../shared/History';
import { Id } from '../shared/Id';
import { Page } from '../shared/Page';
import { hasCode } from '../shared/problem';
import { LoadFailed, SkeletonRows } from '../shared/States';
import { useShortcuts } from '../shared/shortcuts';
import { NotAllowed, NotFound } from '../shell/RouteStates';
import { AccessTab } from './AccessTab';
import { CoordinatorStatusBadge } from './CoordinatorStatusBadge';
import classes from './Coordinators.module.css';
import { DeleteDialog, SuspendDialog } from './EndDialogs';
import { JobsTab } from './JobsTab';
import { KeysTab } from './KeysTab';
import { WebhooksTab } from './WebhooksTab';

export function CoordinatorPage() {
  return useCan('system:admin') ? <Loaded /> : <NotAllowed page="Coordinators" />;
}

function Loaded() {
  const { id } = useParams({ from: '/shell/coordinators/$id' });
  const found = api.useQuery('get', '/admin/coordinators/{id}', { params: { path: { id } } });
  if (found.isPending) return <SkeletonRows what="the coordinator" />;
  if (found.data === undefined) {
    return hasCode(found.error, 'not-found', 'invalid-request') ? (
      <NotFound what="coordinator" to="/coordinators" list="Coordinators" />
    ) : (
      <LoadFailed what="The coordinator" error={found.error} onRetry={() => void found.refetch()} />
    );
  }
  return <One coordinator={found.data} />;
}

function One({ coordinator }: { coordinator: Coordinator }) {
  const { tab = 'keys' } = useSearch({ from: '/shell/coordinators/$id' });
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<'suspend' | 'delete'>();
  const [isEditing, setEditing] = useState(false);
  const isActive = coordinator.status === 'ACTIVE';
  const open = (value: string | null): void =>
    void navigate({
      to: '/coordinators/$id',
      params: { id: coordinator.id },
      search: value === null || value === 'keys' ? {} : { tab: value },
      replace: true,
    });
  useShortcuts({
    a: () => {
      setEditing(true);
      open('access');
    },
  });
  return (
    <Page
      title={coordinator.name}
      badge={<CoordinatorStatusBadge status={coordinator.status} />}
      back={<Link to="/coordinators">Coordinators</Link>}
      subtitle={<Id value={coordinator.id} />}
      actions={
        <>
          <Button component={Link} to={`/log?actor=${coordinator.id}`} variant="default">
            What it did
          </Button>
          <ActionButton variant="default" onClick={() => setDialog('suspend')}>
            {isActive ? 'Suspend' : 'Activate'}
          </ActionButton>
          <ActionButton variant="default" onClick={() => setDialog('delete')}>
            Delete
          </ActionButton>
        </>
      }
    >
      <Tabs
        value={tab}
        onChange={(value) => {
          setEditing(false);
          open(value);
        }}
        keepMounted={false}
      >
        <Tabs.List className={classes.tabs}>
          <Tabs.Tab value="keys">Keys</Tabs.Tab>
          <Tabs.Tab value="access">Access</Tabs.Tab>
          <Tabs.Tab value="webhooks">Webhooks</Tabs.Tab>
          <Tabs.Tab value="jobs">Jobs</Tabs.Tab>
          <Tabs.Tab value="history">History</Tabs.Tab>
        </Tabs.List>
        <div className={classes.panel}>
          <Tabs.Panel value="keys">
            <KeysTab coordinator={coordinator} />
          </Tabs.Panel>
          <Tabs.Panel value="access">
            <AccessTab coordinator={coordinator} autoFocus={isEditing} />
          </Tabs.Panel>
          <Tabs.Panel value="webhooks">
            <WebhooksTab coordinator={coordinator} />
          </Tabs.Panel>
          <Tabs.Panel value="jobs">
            <JobsTab coordinator={coordinator} />
          </Tabs.Panel>
          <Tabs.Panel value="history">
            <History filter={{ resourceId: coordinator.id }} to={`/log?resource=${coordinator.id}`} />
          </Tabs.Panel>
        </div>
      </Tabs>
      {dialog === 'suspend' && (
        <SuspendDialog coordinator={coordinator} onClose={() => setDialog(undefined)} />
      )}
      {dialog === 'delete' && <DeleteDialog coordinator={coordinator} onClose={() => setDialog(undefined)} />}
    </Page>
  );
}

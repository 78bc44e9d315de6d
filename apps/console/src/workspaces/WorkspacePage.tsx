import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../api';
import { useCan } from '../session/session';
import { ActionButton } from '../shared/ActionButton';
import { Facts } from '../shared/Facts';
import { formatNumber } from '../shared/format';
import { History } from '../shared/History';
import { Id } from '../shared/Id';
import { Page, Section } from '../shared/Page';
import { LoadFailed, SkeletonRows } from '../shared/States';
import { Missing, Time } from '../shared/Time';
import { NotFound } from '../shell/RouteStates';
import { WorkspaceDialog } from './WorkspaceDialog';
import classes from './Workspaces.module.css';

export function WorkspacePage() {
  const { id } = useParams({ from: '/shell/workspaces/$id' });
  const isAdmin = useCan('system:admin');
  const canReadLog = useCan('audit:read');
  const [isEditing, setEditing] = useState(false);
  const figures = api.useQuery('get', '/workspaces', { params: { query: { ids: [id] } } });
  const full = api.useQuery(
    'get',
    '/admin/workspaces/{id}',
    { params: { path: { id } } },
    { enabled: isAdmin },
  );
  if (figures.isPending) return <SkeletonRows what="the workspace" />;
  if (figures.data === undefined) {
    return <LoadFailed what="The workspace" error={figures.error} onRetry={() => void figures.refetch()} />;
  }
  const [workspace] = figures.data.items;
  if (workspace === undefined) return <NotFound what="workspace" to="/workspaces" list="Workspaces" />;
  return (
    <Page
      title={workspace.name}
      back={<Link to="/workspaces">Workspaces</Link>}
      subtitle={
        <>
          {workspace.slug} · <Id value={workspace.id} />
        </>
      }
      actions={
        full.data !== undefined ? (
          <ActionButton variant="default" onClick={() => setEditing(true)}>
            Edit workspace
          </ActionButton>
        ) : undefined
      }
    >
      <div className={classes.figures}>
        <Link to="/jobs" search={{ workspace: id, status: 'RUNNING' }} className={classes.figure}>
          <strong>
            {formatNumber(workspace.running)}
            {workspace.maxRunning !== null && ` of ${formatNumber(workspace.maxRunning)}`}
          </strong>
          <span className="secondary small">running</span>
        </Link>
        <Link to="/jobs" search={{ workspace: id, status: 'PENDING' }} className={classes.figure}>
          <strong>{formatNumber(workspace.pending)}</strong>
          <span className="secondary small">waiting</span>
        </Link>
      </div>
      {full.data !== undefined && (
        <>
          <Facts
            columns={2}
            items={[
              [
                'Cap of running jobs',
                full.data.maxRunning === null ? 'any number' : formatNumber(full.data.maxRunning),
              ],
              ['Created', <Time key="c" at={full.data.createdAt} />],
            ]}
          />
          <Section title="Repositories">
            {full.data.repositories.length === 0 ? (
              <Missing>No repository belongs to it.</Missing>
            ) : (
              <ul className={classes.repositories}>
                {full.data.repositories.map((it) => (
                  <li key={it}>{it}</li>
                ))}
              </ul>
            )}
          </Section>
        </>
      )}
      {canReadLog && (
        <Section title="Its history">
          <History filter={{ resourceId: id }} to={`/log?resource=${id}`} />
        </Section>
      )}
      {isEditing && full.data !== undefined && (
        <WorkspaceDialog workspace={full.data} onClose={() => setEditing(false)} />
      )}
    </Page>
  );
}

import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api, client } from '../api';
import { WorkspaceList } from '../coordinators/CoordinatorsPage';
import type { IssuedOperator, Operator } from '../generated/schema';
import { KeyPanel } from '../keys/KeyPanel';
import { ROLE_TEXTS, useCan, useSession } from '../session/session';
import { SessionList } from '../sessions/SessionList';
import { ActionButton } from '../shared/ActionButton';
import { Dialog } from '../shared/Dialog';
import { Facts } from '../shared/Facts';
import { History } from '../shared/History';
import { Id } from '../shared/Id';
import { LostAnswer } from '../shared/Lost';
import { Page, Section } from '../shared/Page';
import { hasCode } from '../shared/problem';
import { Hint, LoadFailed, SkeletonRows } from '../shared/States';
import { Time } from '../shared/Time';
import { useChange } from '../shared/use-change';
import { NotAllowed, NotFound } from '../shell/RouteStates';
import { OperatorDialog, refreshOperators } from './OperatorDialog';
import { roleName } from './OperatorsPage';

export function OperatorPage() {
  return useCan('system:admin') ? <Loaded /> : <NotAllowed page="Operators" />;
}

function Loaded() {
  const { id } = useParams({ from: '/shell/operators/$id' });
  const found = api.useQuery('get', '/admin/operators/{id}', { params: { path: { id } } });
  if (found.isPending) return <SkeletonRows what="the operator" />;
  if (found.data === undefined) {
    return hasCode(found.error, 'not-found', 'invalid-request') ? (
      <NotFound what="operator" to="/operators" list="Operators" />
    ) : (
      <LoadFailed what="The operator" error={found.error} onRetry={() => void found.refetch()} />
    );
  }
  return <One operator={found.data} />;
}

function One({ operator }: { operator: Operator }) {
  const [open, setOpen] = useState<'edit' | 'rotate' | 'delete'>();
  const sessions = api.useQuery('get', '/sessions', {
    params: { query: { operatorId: operator.id, limit: 100 } },
  });
  const close = () => setOpen(undefined);
  return (
    <Page
      title={operator.name}
      badge={<span className="secondary">{roleName(operator)}</span>}
      back={<Link to="/operators">Operators</Link>}
      subtitle={ROLE_TEXTS[operator.role]}
      actions={
        <>
          <Button component={Link} to={`/log?actor=${operator.id}`} variant="default">
            What they did
          </Button>
          <ActionButton variant="default" onClick={() => setOpen('edit')}>
            Change
          </ActionButton>
          {operator.identity === null && (
            <ActionButton variant="default" onClick={() => setOpen('rotate')}>
              Rotate access key
            </ActionButton>
          )}
          <ActionButton variant="default" onClick={() => setOpen('delete')}>
            Delete
          </ActionButton>
        </>
      }
    >
      <Facts
        columns={2}
        items={[
          [
            'Workspaces',
            operator.workspaceIds === null ? 'all' : <WorkspaceList key="w" ids={operator.workspaceIds} />,
          ],
          ['Networks', operator.allowedNetworks.length === 0 ? 'any' : operator.allowedNetworks.join(', ')],
          operator.identity === null
            ? [
                'Kid',
                <span key="k" className="mono">
                  {operator.kid}
                </span>,
              ]
            : ['Signs in with', `${new URL(operator.identity.issuer).host}, as ${operator.identity.subject}`],
          [
            operator.identity === null ? 'Key ends' : 'Access ends',
            <Time key="e" at={operator.keyExpiresAt} none="never" />,
          ],
          ['Last used', <Time key="u" at={operator.lastUsedAt} none="never" />],
          ['Created', <Time key="c" at={operator.createdAt} />],
          ['Id', <Id key="i" value={operator.id} />],
        ]}
      />
      <Section title="Sessions">
        <SessionList query={sessions} />
      </Section>
      <Section title="Changes of this operator">
        <History filter={{ resourceId: operator.id }} to={`/log?resource=${operator.id}`} />
      </Section>
      {open === 'edit' && <OperatorDialog operator={operator} onClose={close} />}
      {open === 'rotate' && <RotateAccessKey operator={operator} onClose={close} />}
      {open === 'delete' && <DeleteOperator operator={operator} onClose={close} />}
    </Page>
  );
}

function RotateAccessKey({ operator, onClose }: { operator: Operator; onClose: () => void }) {
  const queries = useQueryClient();
  const self = useSession().operator.id === operator.id;
  const [issued, setIssued] = useState<IssuedOperator>();
  const { run, isPending, error, lost, onOutcome } = useChange<IssuedOperator>((answer) => {
    // The own session ends with the old key: reading on would only show that.
    if (!self) void refreshOperators(queries);
    setIssued(answer);
  });
  if (issued !== undefined) {
    return (
      <KeyPanel
        secret={issued.accessKey}
        name={operator.name}
        use={{ kind: 'operator', name: operator.name }}
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog
      title={`Rotate the access key of ${operator.name}?`}
      facts={
        <p>
          {operator.name}'s present access key ends at once, and so do the sessions opened with it.
          {self && ' That includes this one: sign in with the new key.'}
        </p>
      }
      keep="Keep key"
      act="Rotate access key"
      danger
      pending={isPending}
      error={error}
      onKeep={onClose}
      onAct={() =>
        run((headers) =>
          client.POST('/admin/operators/{id}/rotate', {
            params: { path: { id: operator.id }, header: headers },
          }),
        )
      }
    >
      <LostAnswer error={lost} onOutcome={onOutcome} />
    </Dialog>
  );
}

function DeleteOperator({ operator, onClose }: { operator: Operator; onClose: () => void }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { run, isPending, error, lost, onOutcome } = useChange<unknown>(() => {
    void refreshOperators(queries);
    notifications.show({ message: `${operator.name} is deleted.`, color: 'teal' });
    void navigate({ to: '/operators' });
  });
  return (
    <Dialog
      title={`Delete ${operator.name}?`}
      facts={<p>{operator.name} loses access at the next request. The records stay.</p>}
      keep="Keep"
      act="Delete operator"
      danger
      pending={isPending}
      error={hasCode(error, 'last-admin') ? null : error}
      onKeep={onClose}
      onAct={() =>
        run((headers) =>
          client.DELETE('/admin/operators/{id}', { params: { path: { id: operator.id }, header: headers } }),
        )
      }
    >
      {hasCode(error, 'last-admin') && (
        <Hint tone="bad">
          {operator.name} is the only administrator. Give another operator this role first.
        </Hint>
      )}
      <LostAnswer error={lost} onOutcome={onOutcome} />
    </Dialog>
  );
}

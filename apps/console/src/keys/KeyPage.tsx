import { Button } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../api';
import type { CoordinatorKey } from '../generated/schema';
import { useCan } from '../session/session';
import { ActionButton } from '../shared/ActionButton';
import { Facts } from '../shared/Facts';
import { History } from '../shared/History';
import { Id } from '../shared/Id';
import { CoordinatorName } from '../shared/names';
import { Page, Section } from '../shared/Page';
import { LoadFailed, SkeletonRows } from '../shared/States';
import { Time } from '../shared/Time';
import { NotAllowed, NotFound } from '../shell/RouteStates';
import { chainOf } from './chain';
import { useKeyRecords } from './ended-by';
import classes from './Keys.module.css';
import { endOf, isReplaceable, KeyStateBadge } from './key-state';
import { RevokeDialog } from './RevokeDialog';
import { RotateDialog } from './RotateDialog';

export function KeyPage() {
  return useCan('system:admin') ? <Loaded /> : <NotAllowed page="Keys" />;
}

function Loaded() {
  const { kid } = useParams({ from: '/shell/keys/$kid' });
  const found = api.useQuery('get', '/admin/keys', { params: { query: { kid } } });
  if (found.isPending) return <SkeletonRows what="the key" />;
  if (found.data === undefined)
    return <LoadFailed what="The key" error={found.error} onRetry={() => void found.refetch()} />;
  const [item] = found.data.items;
  return item === undefined ? <NotFound what="key" to="/keys" list="Keys" /> : <One item={item} />;
}

function One({ item }: { item: CoordinatorKey }) {
  const [open, setOpen] = useState<'rotate' | 'replace' | 'revoke'>();
  const keys = api.useQuery('get', '/admin/coordinators/{id}/keys', {
    params: { path: { id: item.coordinatorId }, query: { limit: 100 } },
  });
  const chain = chainOf(keys.data?.items ?? [], item.id);
  const { issuedBy, endedBy } = useKeyRecords(item.id);
  const isLive = item.state === 'ACTIVE';
  return (
    <Page
      title={item.environment ? 'Key from the environment' : item.kid}
      tab={`Key ${item.kid}`}
      badge={<KeyStateBadge item={item} />}
      back={<Link to="/keys">Keys</Link>}
      actions={
        <>
          <Button component={Link} to={`/log?kid=${item.kid}`} variant="default">
            What it did
          </Button>
          {isReplaceable(item) && (
            <ActionButton variant="default" onClick={() => setOpen('replace')}>
              Replace
            </ActionButton>
          )}
          {isLive && item.rotatedAt === null && (
            <ActionButton variant="default" onClick={() => setOpen('rotate')}>
              Rotate
            </ActionButton>
          )}
          {isLive && (
            <ActionButton variant="default" onClick={() => setOpen('revoke')}>
              Revoke
            </ActionButton>
          )}
        </>
      }
    >
      <Facts
        columns={2}
        items={[
          [
            'Coordinator',
            <Link key="c" to="/coordinators/$id" params={{ id: item.coordinatorId }}>
              <CoordinatorName id={item.coordinatorId} />
            </Link>,
          ],
          ['Name', item.name],
          ['Issued', <Time key="i" at={item.createdAt} />],
          ['Issued by', issuedBy],
          ['Last used', <Time key="u" at={item.lastUsedAt} none="never" />],
          ['Rotated', <Time key="r" at={item.rotatedAt} />],
          ['Ends', <Time key="e" at={item.expiresAt} none="never" />],
          ['Revoked', <Time key="v" at={item.revokedAt} />],
          ['Ended by', endedBy ?? (item.state === 'EXPIRED' ? endOf(item) : null)],
          ['Id', <Id key="d" value={item.id} />],
        ]}
      />
      {chain.length > 1 && (
        <Section title="Chain of rotations">
          <ol className={classes.chain}>
            {chain.map((it) => (
              <li key={it.id}>
                {it.id === item.id ? (
                  <strong className="mono">{it.kid}</strong>
                ) : (
                  <Link to="/keys/$kid" params={{ kid: it.kid }} className="mono">
                    {it.kid}
                  </Link>
                )}
                <KeyStateBadge item={it} />
                <span className="secondary">
                  issued <Time at={it.createdAt} />
                </span>
              </li>
            ))}
          </ol>
        </Section>
      )}
      <Section title="Its history">
        <History filter={{ resourceId: item.id }} to={`/log?resource=${item.id}`} />
      </Section>
      {(open === 'rotate' || open === 'replace') && (
        <RotateDialog item={item} isLost={open === 'replace'} onClose={() => setOpen(undefined)} />
      )}
      {open === 'revoke' && <RevokeDialog item={item} onClose={() => setOpen(undefined)} />}
    </Page>
  );
}

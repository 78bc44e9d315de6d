import { Button, SegmentedControl } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import type { CoordinatorKey } from '../generated/schema';
import { useCan } from '../session/session';
import { ActionButton } from '../shared/ActionButton';
import { copyText } from '../shared/copy';
import type { Column } from '../shared/DataTable';
import { List } from '../shared/List';
import { copyLink } from '../shared/link';
import { Page } from '../shared/Page';
import { PlainLink } from '../shared/PlainLink';
import { Notice } from '../shared/States';
import { useShortcuts } from '../shared/shortcuts';
import { TextFilter } from '../shared/TextFilter';
import { Missing, Time } from '../shared/Time';
import { NotAllowed } from '../shell/RouteStates';
import { useEndedBy } from './ended-by';
import classes from './Keys.module.css';
import { KeyStateBadge } from './key-state';
import { RevokeDialog } from './RevokeDialog';
import { RotateDialog } from './RotateDialog';
import { keysQuery, VIEWS, viewOf } from './reading';

export function KeysPage() {
  return useCan('system:admin') ? <Keys /> : <NotAllowed page="Keys" />;
}

function Keys() {
  const search = useSearch({ from: '/shell/keys' });
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [open, setOpen] = useState<{
    kind: 'rotate' | 'revoke';
    item: CoordinatorKey;
  }>();
  const { view, kid } = viewOf(search);
  const list = useInfiniteQuery({ ...keysQuery(search), placeholderData: keepPreviousData });
  const keys = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  const endedBy = useEndedBy(view === 'revoked' ? keys : []);
  const change = (changes: { view?: string | undefined; kid?: string | undefined }): void =>
    void navigate({ to: '/keys', search: { ...search, ...changes } });
  useShortcuts({ '/': () => input.current?.focus(), y: () => void copyLink() });

  const isEnded = view === 'revoked' || view === 'expired';
  const actions: Column<(typeof keys)[number]> = {
    key: 'act',
    header: <span className="visually-hidden">Actions</span>,
    cell: (it) =>
      it.state === 'ACTIVE' && (
        <span className={classes.actions}>
          {it.rotatedAt === null && (
            <ActionButton
              size="compact-xs"
              variant="default"
              onClick={() => setOpen({ kind: 'rotate', item: it })}
            >
              Rotate
            </ActionButton>
          )}
          <ActionButton
            size="compact-xs"
            variant="default"
            onClick={() => setOpen({ kind: 'revoke', item: it })}
          >
            Revoke
          </ActionButton>
        </span>
      ),
    width: '172px',
    align: 'right',
  };
  const columns: Column<(typeof keys)[number]>[] = [
    {
      key: 'kid',
      header: 'Kid',
      cell: (it) => (
        <PlainLink to={`/keys/${it.kid}`} className="mono">
          {it.environment ? 'from environment' : it.kid}
        </PlainLink>
      ),
      width: '170px',
      phone: 1,
    },
    { key: 'name', header: 'Name', cell: (it) => it.name ?? <Missing />, width: '12%' },
    {
      key: 'coordinator',
      header: 'Coordinator',
      cell: (it) => <PlainLink to={`/coordinators/${it.coordinatorId}`}>{it.coordinatorName}</PlainLink>,
      phone: 2,
    },
    { key: 'state', header: 'State', cell: (it) => <KeyStateBadge item={it} />, width: '180px', phone: 1 },
    {
      key: 'ends',
      header: 'Ends',
      cell: (it) =>
        it.state === 'REVOKED' ? <Time at={it.revokedAt} /> : <Time at={it.expiresAt} none="never" />,
      width: '110px',
    },
    {
      key: 'used',
      header: 'Last used',
      cell: (it) => <Time at={it.lastUsedAt} none="never" />,
      width: '110px',
      phone: 2,
    },
    ...(view === 'revoked'
      ? [
          {
            key: 'by',
            header: 'Ended by',
            cell: (it: CoordinatorKey) => endedBy(it) ?? <Missing />,
            width: '16%',
          },
        ]
      : []),
    { key: 'issued', header: 'Issued', cell: (it) => <Time at={it.createdAt} />, width: '110px' },
    ...(isEnded ? [] : [actions]),
  ];
  return (
    <Page title="Keys" fill>
      <div className={classes.filters}>
        <TextFilter
          label="Beginning of a kid"
          placeholder="Kid, from 6 characters"
          inputRef={input}
          value={search.kid ?? ''}
          onChange={(text) => change({ kid: text })}
        />
        <SegmentedControl
          size="sm"
          aria-label="View"
          className={classes.views}
          data={VIEWS}
          value={kid === undefined ? view : ''}
          onChange={(value) => change({ view: value === 'all' ? undefined : value, kid: undefined })}
        />
      </div>
      <List
        what="keys"
        query={list}
        none={<NoKeyYet />}
        isFiltered={view !== 'all' || kid !== undefined}
        onClear={() => change({ view: undefined, kid: undefined })}
        rows={keys}
        columns={columns}
        idOf={({ id }) => id}
        onOpen={(it) => void navigate({ to: '/keys/$kid', params: { kid: it.kid } })}
        scrollKey={`keys ${view}`}
        onKey={{ i: (it) => void copyText(it.kid) }}
      />
      {open?.kind === 'rotate' && <RotateDialog item={open.item} onClose={() => setOpen(undefined)} />}
      {open?.kind === 'revoke' && <RevokeDialog item={open.item} onClose={() => setOpen(undefined)} />}
    </Page>
  );
}

function NoKeyYet() {
  return (
    <Notice
      actions={
        <Button component={Link} to="/coordinators/new" variant="default">
          Register coordinator
        </Button>
      }
    >
      No key exists yet. A coordinator gets its first key when you register it.
    </Notice>
  );
}

import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { api } from '../api';
import { useCan } from '../session/session';
import { ActionButton } from '../shared/ActionButton';
import { copyText } from '../shared/copy';
import type { Column } from '../shared/DataTable';
import { formatNumber } from '../shared/format';
import { Id } from '../shared/Id';
import { List } from '../shared/List';
import { Page } from '../shared/Page';
import { Notice } from '../shared/States';
import { useShortcuts } from '../shared/shortcuts';
import { TextFilter } from '../shared/TextFilter';
import { PAGED } from '../shared/use-list';
import { WorkspaceDialog } from './WorkspaceDialog';
import classes from './Workspaces.module.css';

export function WorkspacesPage() {
  const search = useSearch({ from: '/shell/workspaces' });
  const navigate = useNavigate();
  const isAdmin = useCan('system:admin');
  const [isCreating, setCreating] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const list = api.useInfiniteQuery(
    'get',
    '/workspaces',
    { params: { query: { ...(search.search !== undefined && { search: search.search }), limit: 50 } } },
    { ...PAGED, placeholderData: (previous) => previous },
  );
  const workspaces = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  useShortcuts({ '/': () => input.current?.focus(), ...(isAdmin && { n: () => setCreating(true) }) });

  const columns: Column<(typeof workspaces)[number]>[] = [
    {
      key: 'slug',
      header: 'Slug',
      cell: (it) => (
        <Link to="/workspaces/$id" params={{ id: it.id }} className={classes.slug}>
          {it.slug}
        </Link>
      ),
      width: '26%',
      phone: 1,
    },
    { key: 'name', header: 'Name', cell: (it) => it.name, phone: 2 },
    {
      key: 'running',
      header: 'Running / cap',
      cell: (it) =>
        `${formatNumber(it.running)} / ${it.maxRunning === null ? '∞' : formatNumber(it.maxRunning)}`,
      width: '130px',
      align: 'right',
      phone: 1,
    },
    {
      key: 'waiting',
      header: 'Waiting',
      cell: (it) => formatNumber(it.pending),
      width: '100px',
      align: 'right',
    },
    { key: 'id', header: 'Id', cell: (it) => <Id value={it.id} />, width: '160px' },
  ];
  const create = (
    <ActionButton onClick={() => setCreating(true)} variant={workspaces.length === 0 ? 'default' : 'filled'}>
      Create workspace
    </ActionButton>
  );
  return (
    <Page title="Workspaces" fill actions={isAdmin ? create : undefined}>
      <div className={classes.filters}>
        <TextFilter
          label="Search by slug or name"
          placeholder="Slug or name"
          inputRef={input}
          value={search.search ?? ''}
          onChange={(text) =>
            void navigate({ to: '/workspaces', search: text === undefined ? {} : { search: text } })
          }
        />
      </div>
      <List
        what="workspaces"
        query={list}
        none={<Notice>No workspace exists yet. A workspace is one tenant and its repositories.</Notice>}
        isFiltered={search.search !== undefined}
        onClear={() => void navigate({ to: '/workspaces', search: {} })}
        rows={workspaces}
        columns={columns}
        idOf={({ id }) => id}
        onOpen={({ id }) => void navigate({ to: '/workspaces/$id', params: { id } })}
        scrollKey="workspaces"
        onKey={{ i: ({ id }) => void copyText(id) }}
      />
      {isCreating && (
        <WorkspaceDialog
          onClose={(created) => {
            setCreating(false);
            if (created !== undefined) void navigate({ to: '/workspaces/$id', params: { id: created.id } });
          }}
        />
      )}
    </Page>
  );
}

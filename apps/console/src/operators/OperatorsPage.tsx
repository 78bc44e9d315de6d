import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { api } from '../api';
import { WorkspaceList } from '../coordinators/CoordinatorsPage';
import type { Operator } from '../generated/schema';
import { ROLE_NAMES, useCan } from '../session/session';
import { ActionButton } from '../shared/ActionButton';
import { copyText } from '../shared/copy';
import type { Column } from '../shared/DataTable';
import { List } from '../shared/List';
import { Page } from '../shared/Page';
import { useShortcuts } from '../shared/shortcuts';
import { TextFilter } from '../shared/TextFilter';
import { Time } from '../shared/Time';
import { PAGED } from '../shared/use-list';
import { NotAllowed } from '../shell/RouteStates';
import classes from '../workspaces/Workspaces.module.css';
import { OperatorDialog } from './OperatorDialog';

export function OperatorsPage() {
  return useCan('system:admin') ? <Operators /> : <NotAllowed page="Operators" />;
}

function Operators() {
  const search = useSearch({ from: '/shell/operators' });
  const navigate = useNavigate();
  const [isCreating, setCreating] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const list = api.useInfiniteQuery(
    'get',
    '/admin/operators',
    { params: { query: { search: search.search, limit: 50 } } },
    { ...PAGED, placeholderData: (previous) => previous },
  );
  const operators = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data]);
  useShortcuts({ '/': () => input.current?.focus(), n: () => setCreating(true) });

  const columns: Column<Operator>[] = [
    {
      key: 'name',
      header: 'Name',
      cell: (it) => (
        <Link to="/operators/$id" params={{ id: it.id }} className={classes.slug}>
          {it.name}
        </Link>
      ),
      phone: 1,
    },
    { key: 'role', header: 'Role', cell: (it) => roleName(it), width: '130px', phone: 1 },
    {
      key: 'workspaces',
      header: 'Workspaces',
      cell: (it) =>
        it.workspaceIds === null ? (
          <span className="secondary">all</span>
        ) : (
          <WorkspaceList ids={it.workspaceIds} />
        ),
      width: '22%',
      phone: 2,
    },
    {
      key: 'kid',
      header: 'Kid',
      cell: (it) =>
        it.kid === null ? (
          <span className="secondary">provider</span>
        ) : (
          <span className="mono">{it.kid}</span>
        ),
      width: '160px',
    },
    {
      key: 'ends',
      header: 'Key ends',
      cell: (it) => <Time at={it.keyExpiresAt} none="never" />,
      width: '110px',
    },
    {
      key: 'used',
      header: 'Last used',
      cell: (it) => <Time at={it.lastUsedAt} none="never" />,
      width: '110px',
      phone: 2,
    },
  ];
  return (
    <Page
      title="Operators"
      fill
      actions={<ActionButton onClick={() => setCreating(true)}>Create operator</ActionButton>}
    >
      <div className={classes.filters}>
        <TextFilter
          label="Search by name"
          placeholder="Name"
          inputRef={input}
          value={search.search ?? ''}
          onChange={(text) =>
            void navigate({ to: '/operators', search: text === undefined ? {} : { search: text } })
          }
        />
      </div>
      <List
        what="operators"
        query={list}
        none={null}
        isFiltered={search.search !== undefined}
        onClear={() => void navigate({ to: '/operators', search: {} })}
        rows={operators}
        columns={columns}
        idOf={({ id }) => id}
        onOpen={({ id }) => void navigate({ to: '/operators/$id', params: { id } })}
        scrollKey="operators"
        onKey={{ i: ({ id }) => void copyText(id) }}
      />
      {isCreating && <OperatorDialog onClose={() => setCreating(false)} />}
    </Page>
  );
}

export function roleName({ role }: Pick<Operator, 'role'>): string {
  const name = ROLE_NAMES[role];
  return name.charAt(0).toUpperCase() + name.slice(1);
}

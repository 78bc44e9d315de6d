import { queryOptions, useQueries } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { client, LISTED } from '../api';
import { queries } from '../queries';
import { shortId } from './format';
import { Missing } from './Time';

/** Collects the ids that one page asks for, and asks for all of them at once. */
class NameLoader<Found extends { id: string }> {
  private waiting = new Map<string, ((found: Found | null) => void)[]>();
  private failing: ((error: unknown) => void)[] = [];

  constructor(private readonly load: (ids: string[]) => Promise<Found[]>) {}

  find(id: string): Promise<Found | null> {
    return new Promise((resolve, reject) => {
      if (this.waiting.size === 0) setTimeout(() => void this.flush(), 5);
      this.waiting.set(id, [...(this.waiting.get(id) ?? []), resolve]);
      this.failing.push(reject);
    });
  }

  private async flush(): Promise<void> {
    const { waiting, failing } = this;
    this.waiting = new Map();
    this.failing = [];
    try {
      const ids = [...waiting.keys()];
      for (let at = 0; at < ids.length; at += MAX_IDS_AT_ONCE) {
        const part = ids.slice(at, at + MAX_IDS_AT_ONCE);
        const found = new Map((await this.load(part)).map((it) => [it.id, it]));
        for (const id of part) for (const resolve of waiting.get(id) ?? []) resolve(found.get(id) ?? null);
      }
    } catch (error) {
      for (const reject of failing) reject(error);
    }
  }
}

const MAX_IDS_AT_ONCE = 50;
const STALE_MS = 300_000;
const RETRIES = 3;

const workspaces = new NameLoader(async (ids) => {
  const { data, error } = await client.GET('/workspaces', {
    params: { query: { ids, limit: MAX_IDS_AT_ONCE } },
    querySerializer: LISTED,
  });
  if (data === undefined) throw error;
  return data.items;
});

const coordinators = new NameLoader(async (ids) => {
  const { data, error } = await client.GET('/coordinators', {
    params: { query: { ids, limit: MAX_IDS_AT_ONCE } },
    querySerializer: LISTED,
  });
  if (data === undefined) throw error;
  return data.items;
});

type Kind = 'workspace-name' | 'coordinator-name';

function nameQuery(kind: Kind, id: string) {
  return queryOptions({
    queryKey: [kind, id],
    queryFn: async () => {
      if (kind === 'coordinator-name') return (await coordinators.find(id))?.name ?? null;
      return (await workspaces.find(id))?.slug ?? null;
    },
    staleTime: STALE_MS,
    // Cells that show a name do not count as its observers.
    gcTime: Number.POSITIVE_INFINITY,
  });
}

/** Its names are read before the row is drawn. */
export interface Named {
  workspaceId?: string | null;
  workspaceIds?: readonly string[];
  coordinatorId?: string | null;
}

export async function readNames(rows: readonly Named[]): Promise<void> {
  const read = (kind: Kind) => (id: string) => queries.prefetchQuery(nameQuery(kind, id));
  await Promise.all(
    rows.flatMap(({ workspaceId, workspaceIds = [], coordinatorId }) => [
      ...[workspaceId ?? [], workspaceIds].flat().map(read('workspace-name')),
      ...[coordinatorId ?? []].flat().map(read('coordinator-name')),
    ]),
  );
}

const listeners = new Set<() => void>();
let isWatching = false;

function subscribe(listener: () => void): () => void {
  if (!isWatching) {
    isWatching = true;
    queries.getQueryCache().subscribe(({ type, query }) => {
      const [kind] = query.queryKey;
      if (type === 'updated' && (kind === 'workspace-name' || kind === 'coordinator-name'))
        for (const it of listeners) it();
    });
  }
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * One subscription for all cells: an observer of the library in each cell costs more than the rest of the row.
 * @returns undefined while it is read, null if there is none
 */
function useName(kind: Kind, id: string | null): string | null | undefined {
  const query = nameQuery(kind, id ?? '');
  const state = useSyncExternalStore(subscribe, () => queries.getQueryState(query.queryKey));
  useEffect(() => {
    // It reads nothing if a name is known and young.
    if (id !== null) void queries.prefetchQuery({ ...nameQuery(kind, id), retry: RETRIES });
  }, [id, kind]);
  return state?.status === 'error' ? null : state?.data;
}

export function useWorkspaceNames(ids: readonly string[]): Map<string, string> {
  return useQueries({
    queries: ids.map((id) => nameQuery('workspace-name', id)),
    combine: (found) =>
      new Map(
        found.flatMap(({ data }, at) => (data && ids[at] !== undefined ? [[ids[at], data] as const] : [])),
      ),
  });
}

export function WorkspaceName({ id }: { id: string | null }) {
  return <Name id={id} name={useName('workspace-name', id)} />;
}

export function CoordinatorName({ id }: { id: string | null }) {
  return <Name id={id} name={useName('coordinator-name', id)} />;
}

function Name({ id, name }: { id: string | null; name: string | null | undefined }) {
  if (id === null) return <Missing />;
  return <>{name === undefined ? '…' : (name ?? shortId(id))}</>;
}

export function useCoordinatorName(id: string): string {
  return useName('coordinator-name', id) ?? shortId(id);
}

/** After a change of a name. */
export async function forgetNames(): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ['workspace-name'], refetchType: 'all' }),
    queries.invalidateQueries({ queryKey: ['coordinator-name'], refetchType: 'all' }),
  ]);
}

import { type QueryClient, queryOptions, useQueries, useQuery } from '@tanstack/react-query';
import { client, LISTED } from '../api';
import { shortId } from './format';
import { Missing } from './Time';

/** Collects the ids that one page asks for, and asks for all of them at once. */
class NameLoader<Named extends { id: string }> {
  private waiting = new Map<string, ((found: Named | null) => void)[]>();
  private failing: ((error: unknown) => void)[] = [];

  constructor(private readonly load: (ids: string[]) => Promise<Named[]>) {}

  find(id: string): Promise<Named | null> {
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
      for (let at = 0; at < ids.length; at += AT_ONCE) {
        const part = ids.slice(at, at + AT_ONCE);
        const found = new Map((await this.load(part)).map((it) => [it.id, it]));
        for (const id of part) for (const resolve of waiting.get(id) ?? []) resolve(found.get(id) ?? null);
      }
    } catch (error) {
      for (const reject of failing) reject(error);
    }
  }
}

const AT_ONCE = 50;
const STALE_MS = 300_000;

const workspaces = new NameLoader(async (ids) => {
  const { data, error } = await client.GET('/workspaces', {
    params: { query: { ids, limit: AT_ONCE } },
    querySerializer: LISTED,
  });
  if (data === undefined) throw error;
  return data.items;
});

const coordinators = new NameLoader(async (ids) => {
  const { data, error } = await client.GET('/coordinators', {
    params: { query: { ids, limit: AT_ONCE } },
    querySerializer: LISTED,
  });
  if (data === undefined) throw error;
  return data.items;
});

const workspaceName = (id: string) =>
  queryOptions({
    queryKey: ['workspace-name', id],
    queryFn: () => workspaces.find(id),
    staleTime: STALE_MS,
  });

const coordinatorName = (id: string) =>
  queryOptions({
    queryKey: ['coordinator-name', id],
    queryFn: () => coordinators.find(id),
    staleTime: STALE_MS,
  });

export function useWorkspaceNames(ids: readonly string[]): Map<string, string> {
  return useQueries({
    queries: ids.map(workspaceName),
    combine: (found) => new Map(found.flatMap(({ data }) => (data ? [[data.id, data.slug] as const] : []))),
  });
}

export function WorkspaceName({ id }: { id: string | null }) {
  const found = useQuery({ ...workspaceName(id ?? ''), enabled: id !== null });
  if (id === null) return <Missing />;
  return <>{found.isPending ? '…' : (found.data?.slug ?? shortId(id))}</>;
}

export function CoordinatorName({ id }: { id: string | null }) {
  const found = useQuery({ ...coordinatorName(id ?? ''), enabled: id !== null });
  if (id === null) return <Missing />;
  return <>{found.isPending ? '…' : (found.data?.name ?? shortId(id))}</>;
}

export function useCoordinatorName(id: string): string {
  return useQuery(coordinatorName(id)).data?.name ?? shortId(id);
}

/** After a change of a name. */
export async function forgetNames(queries: QueryClient): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ['workspace-name'] }),
    queries.invalidateQueries({ queryKey: ['coordinator-name'] }),
  ]);
}

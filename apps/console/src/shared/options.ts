import { api } from '../api';

/** Workspaces to choose from, by slug. */
export function useWorkspaceOptions(): { value: string; label: string }[] {
  const found = api.useQuery(
    'get',
    '/workspaces',
    { params: { query: { limit: 100 } } },
    { staleTime: 60_000 },
  );
  return (found.data?.items ?? []).map(({ id, slug, name }) => ({
    value: id,
    label: slug === name ? slug : `${slug} · ${name}`,
  }));
}

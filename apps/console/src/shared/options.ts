import { useQuery } from '@tanstack/react-query';
import { api } from '../api';

export const WORKSPACE_OPTIONS_QUERY = api.queryOptions(
  'get',
  '/workspaces',
  { params: { query: { limit: 100 } } },
  { staleTime: 60_000 },
);

/** Workspaces to choose from, by slug. */
export function useWorkspaceOptions(): { value: string; label: string }[] {
  const found = useQuery(WORKSPACE_OPTIONS_QUERY);
  return (found.data?.items ?? []).map(({ id, slug, name }) => ({
    value: id,
    label: slug === name ? slug : `${slug} · ${name}`,
  }));
}

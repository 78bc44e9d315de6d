import { useQuery } from '@tanstack/react-query';
import { api } from '../api';
import type { Found } from '../generated/schema';
import { useCan } from '../session/session';

const STALE_MS = 30_000;
/** The server takes no longer text. */
const MAX_LENGTH = 500;

/** Something that a search found, and where its page is. */
export interface FoundPlace extends Found {
  to: string;
}

/** Asks the server once for everything that a text leads to. Each operator finds what it may see. */
export function useFind(text: string | undefined): { found: FoundPlace[]; isPending: boolean } {
  const isAdmin = useCan('system:admin');
  const isAsked = text !== undefined && text !== '' && text.length <= MAX_LENGTH;
  const found = useQuery(
    api.queryOptions(
      'get',
      '/find',
      { params: { query: { q: text ?? '' } } },
      { enabled: isAsked, staleTime: STALE_MS, placeholderData: (previous) => previous },
    ),
  );
  if (!isAsked) return { found: [], isPending: false };
  return {
    found: (found.data?.items ?? []).map((it) => ({ ...it, to: placeOf(it, isAdmin) })),
    isPending: found.isPending || found.isPlaceholderData,
  };
}

/** What is deleted has no page, but its records remain. Only administrators have the page of a coordinator. */
function placeOf({ kind, id, ended }: Found, isAdmin: boolean): string {
  switch (kind) {
    case 'job':
      return `/jobs/${id}`;
    case 'key':
      return `/keys/${id}`;
    case 'workspace':
      return `/workspaces/${id}`;
    case 'coordinator':
      return isAdmin && !ended ? `/coordinators/${id}` : `/log?actor=${id}`;
    case 'operator':
      return ended ? `/log?actor=${id}` : `/operators/${id}`;
    case 'record':
      return `/log?record=${id}`;
    case 'request':
      return `/log?request=${encodeURIComponent(id)}`;
  }
}

import { client } from '../api';
import { clock } from '../shared/clock';
import { pagedOptions } from '../shared/use-list';

interface KeySearch {
  view?: string | undefined;
  kid?: string | undefined;
}

const PAGE_SIZE = 50;
const DAY_MS = 86_400_000;
export const VIEWS = [
  { value: 'all', label: 'Live' },
  { value: 'ending', label: 'Ends within 14 days' },
  { value: 'unused', label: 'Never used' },
  { value: 'idle', label: 'Unused for 90 days' },
  { value: 'revoked', label: 'Revoked' },
  { value: 'expired', label: 'Expired' },
];

export function keysQuery(search: KeySearch) {
  const { view, kid } = viewOf(search);
  return pagedOptions(
    '/admin/keys',
    { ...(kid === undefined ? filterOf(view) : { kidPrefix: kid }), limit: PAGE_SIZE },
    (query, signal) => client.GET('/admin/keys', { params: { query }, signal }),
  );
}

/** The beginning of a kid goes before the view. */
export function viewOf(search: KeySearch): { view: string; kid: string | undefined } {
  return {
    view: VIEWS.find(({ value }) => value === search.view)?.value ?? 'all',
    kid: search.kid !== undefined && /^[0-9A-Za-z]{6,16}$/.test(search.kid) ? search.kid : undefined,
  };
}

function filterOf(view: string) {
  const at = (days: number): string =>
    new Date(Math.floor((clock.now() + days * DAY_MS) / 60_000) * 60_000).toISOString();
  switch (view) {
    case 'ending':
      return { state: 'ACTIVE' as const, expiringBefore: at(14) };
    case 'unused':
      return { state: 'ACTIVE' as const, unused: 'true' as const };
    case 'idle':
      return { state: 'ACTIVE' as const, unusedSince: at(-90) };
    case 'revoked':
      return { state: 'REVOKED' as const };
    case 'expired':
      return { state: 'EXPIRED' as const };
    default:
      return { state: 'ACTIVE' as const };
  }
}

import { useQuery } from '@tanstack/react-query';
import { api } from '../api';
import { useCan } from '../session/session';
import { useNow } from './clock';

/** A checkpoint follows at least once a minute, also without records. */
const LATE_MS = 90_000;

export const SEAL_QUERY = api.queryOptions('get', '/audit-log/checkpoints/latest', undefined, {
  refetchInterval: 30_000,
  retry: false,
});

/** @returns undefined while nothing is sealed, and for those who may not read the log */
export function useSeal(): { sealedAt: number; isLate: boolean; now: number } | undefined {
  const canRead = useCan('audit:read');
  const latest = useQuery({ ...SEAL_QUERY, enabled: canRead });
  const now = useNow(5);
  if (!canRead || latest.data === undefined) return undefined;
  const sealedAt = Date.parse(latest.data.sealedAt);
  return { sealedAt, isLate: now - sealedAt > LATE_MS, now };
}

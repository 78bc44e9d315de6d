import { api } from '../api';
import { formatClock, formatCount, formatNumber } from '../shared/format';

/** What becomes of the running jobs of a coordinator that can no longer report. */
export function RunFacts({ coordinatorId, workspaceId }: { coordinatorId: string; workspaceId?: string }) {
  const count = api.useQuery(
    'get',
    '/jobs/count',
    {
      params: {
        query: { coordinatorId, status: ['RUNNING'], ...(workspaceId !== undefined && { workspaceId }) },
      },
    },
    { staleTime: 0 },
  );
  if (count.data === undefined) return null;
  const { byStatus, withoutLease, lastLeaseExpiresAt, capped } = count.data;
  const running = byStatus.RUNNING ?? 0;
  if (running === 0) return <p>No job of it runs now.</p>;
  const leased = running - withoutLease;
  const last =
    lastLeaseExpiresAt === null ? '' : `, the last at ${formatClock(Date.parse(lastLeaseExpiresAt))}`;
  const parts = [
    leased === 1 ? `1 returns to pending, or fails if no attempt is left, when its lease ends${last}` : '',
    leased > 1
      ? `${formatNumber(leased)} return to pending, or fail if no attempt is left, when their leases end${last}`
      : '',
    withoutLease === 1 ? '1 has no lease and stays running until you cancel it' : '',
    withoutLease > 1
      ? `${formatNumber(withoutLease)} have no lease and stay running until you cancel them`
      : '',
  ].filter((it) => it !== '');
  return (
    <p>
      {formatCount(running, capped)} running {running === 1 ? 'job' : 'jobs'} can no longer report:{' '}
      {parts.join('; ')}.
    </p>
  );
}

import { api } from '../api';
import { actorOf } from '../audit-log/actions';
import type { AuditRecord, CoordinatorKey } from '../generated/schema';

/** Between the end of a key and its record. */
const SLACK_MS = 2_000;
const MAX_RECORDS = 200;

/** Who revoked each of these keys, and why: `Ada, leaked`. One request for all of them. */
export function useEndedBy(keys: readonly CoordinatorKey[]): (key: CoordinatorKey) => string | undefined {
  const ends = keys
    .flatMap(({ revokedAt }) => (revokedAt === null ? [] : [Date.parse(revokedAt)]))
    .sort((one, other) => one - other);
  const [first, last] = [ends.at(0), ends.at(-1)];
  const records = api.useQuery(
    'get',
    '/audit-log',
    {
      params: {
        query: {
          action: ['coordinator-key.revoked'],
          outcome: 'SUCCESS',
          ...(first !== undefined &&
            last !== undefined && {
              from: new Date(first - SLACK_MS).toISOString(),
              to: new Date(last + SLACK_MS).toISOString(),
            }),
          limit: MAX_RECORDS,
        },
      },
    },
    { enabled: ends.length > 0, placeholderData: (previous) => previous },
  );
  return ({ id }) => {
    const record = records.data?.items.find(({ resourceId }) => resourceId === id);
    return record === undefined ? undefined : whoAndWhy(record);
  };
}

/** Who issued the key and who ended it, from its own records. */
export function useKeyRecords(id: string): { issuedBy: string | undefined; endedBy: string | undefined } {
  const records = api.useQuery('get', '/audit-log', {
    params: {
      query: { resourceId: id, action: ['coordinator-key.issued', 'coordinator-key.revoked'], limit: 2 },
    },
  });
  const of = (action: AuditRecord['action']): string | undefined => {
    const record = records.data?.items.find((it) => it.action === action);
    return record === undefined ? undefined : whoAndWhy(record);
  };
  return { issuedBy: of('coordinator-key.issued'), endedBy: of('coordinator-key.revoked') };
}

function whoAndWhy(record: AuditRecord): string {
  return record.reason === null ? actorOf(record) : `${actorOf(record)}, ${record.reason}`;
}

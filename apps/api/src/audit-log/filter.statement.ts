import type { Cursor } from '../common/pagination/cursor.js';
import { Prisma } from '../generated/prisma/client.js';
import type { AuditFilter } from './audit-filter.js';

/** The filters that compare one column of a record. */
export const FILTERS = [
  'workspaceId',
  'actorId',
  'keyId',
  'kid',
  'resourceId',
  'action',
  'outcome',
  'requestId',
  'actorType',
  'reason',
  'sourceIp',
] as const;
export type Column = (typeof FILTERS)[number];

/** Each filter as a condition on a row `record`. */
export const CONDITIONS: Record<Column, (filter: AuditFilter) => Prisma.Sql> = {
  workspaceId: (filter) => Prisma.sql`record.workspace_id = ${filter.workspaceId}::uuid`,
  actorId: (filter) => Prisma.sql`record.actor_id = ${filter.actorId}::uuid`,
  keyId: (filter) => Prisma.sql`record.key_id = ${filter.keyId}::uuid`,
  // One lookup before the search, so that the search uses the index of key_id.
  kid: (filter) => Prisma.sql`record.key_id = (
    SELECT key.id FROM public.coordinator_keys AS key WHERE key.kid = ${filter.kid}
    UNION ALL SELECT operator.key_id FROM public.operators AS operator WHERE operator.kid = ${filter.kid}
    LIMIT 1)`,
  resourceId: (filter) => Prisma.sql`record.resource_id = ${filter.resourceId}::uuid`,
  action: ({ action: [one, ...others] = [] }) =>
    others.length === 0
      ? Prisma.sql`record.action = ${one}`
      : Prisma.sql`record.action = ANY (${[one, ...others]}::text[])`,
  outcome: (filter) => Prisma.sql`record.outcome = ${filter.outcome}::public.audit_outcome`,
  requestId: (filter) => Prisma.sql`record.request_id = ${filter.requestId}`,
  actorType: (filter) => Prisma.sql`record.actor_type = ${filter.actorType}::public.audit_actor_type`,
  reason: (filter) => Prisma.sql`record.reason = ${filter.reason}`,
  sourceIp: (filter) => Prisma.sql`record.source_ip <<= ${filter.sourceIp}::inet`,
};

/** All conditions of the filter on a row `record`. */
export function conditionsOf(filter: AuditFilter): Prisma.Sql[] {
  const given = FILTERS.filter((it) => filter[it] !== undefined);
  return [...given.map((it) => CONDITIONS[it](filter)), ...times(filter, { after: undefined })];
}

/** Whether the requested workspace is outside the caller's workspace scope. */
export function forbidden({ workspaceId }: AuditFilter): Prisma.Sql {
  return workspaceId === undefined
    ? Prisma.sql`false`
    : Prisma.sql`coalesce(${workspaceId}::uuid <> ALL (caller.workspace_ids), false)`;
}

/** The bounds in time of a filter, and of a page after this record. */
export function times({ from, to }: AuditFilter, { after }: { after: Cursor | undefined }): Prisma.Sql[] {
  return [
    ...(from === undefined ? [] : [Prisma.sql`record.occurred_at >= ${from.toISOString()}::timestamptz`]),
    ...(to === undefined ? [] : [Prisma.sql`record.occurred_at < ${to.toISOString()}::timestamptz`]),
    // The second half implies the first, but Postgres prunes partitions only by the first.
    ...(after === undefined
      ? []
      : [
          Prisma.sql`record.occurred_at <= ${after.t}::timestamptz
            AND (record.occurred_at, record.id) < (${after.t}::timestamptz, ${after.id}::uuid)`,
        ]),
  ];
}

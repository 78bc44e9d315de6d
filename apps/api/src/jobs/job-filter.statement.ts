import { Prisma } from '../generated/prisma/client.js';
import type { JobStatus } from './job.js';

/** `none`: RUNNING without a lease; `live`: RUNNING with one. */
export const LEASES = ['none', 'live'] as const;
export type Lease = (typeof LEASES)[number];

/** Which jobs are listed, counted or stopped. A job must match all members; null: any. */
export interface JobFilter {
  workspaceId: string | null;
  statuses: readonly JobStatus[] | null;
  type: string | null;
  /** in lower case */
  repository: string | null;
  issueNumber: number | null;
  /** that works on the job, or did last */
  coordinatorId: string | null;
  createdAfter: Date | null;
  createdBefore: Date | null;
  updatedBefore: Date | null;
  lease: Lease | null;
}

/** The statuses that a matching job may have; null: any. Only a RUNNING job has a lease. */
export function statusesOf({ statuses, lease }: JobFilter): readonly JobStatus[] | null {
  if (lease === null) return statuses;
  return statuses === null || statuses.includes('RUNNING') ? ['RUNNING'] : [];
}

/** A column of `job` that must have a value. */
export interface Equality {
  column: Prisma.Sql;
  value: Prisma.Sql;
}

export const equal = (column: string, value: Prisma.Sql): Equality => ({
  column: Prisma.raw(`job.${column}`),
  value,
});

/** The filters that begin an index, except the status. */
export function indexedFilters({ repository, type }: JobFilter): Equality[] {
  return [
    ...(repository === null ? [] : [equal('repository', Prisma.sql`${repository}::text`)]),
    ...(type === null ? [] : [equal('type', Prisma.sql`${type}::text`)]),
  ];
}

/** SQL: the conditions of the other filters on `job`. No index finds them. */
export function sieveOf(filter: JobFilter): Prisma.Sql[] {
  const { issueNumber, coordinatorId, createdAfter, createdBefore, updatedBefore, lease } = filter;
  return [
    ...(issueNumber === null ? [] : [Prisma.sql`job.issue_number = ${issueNumber}::int`]),
    ...(coordinatorId === null ? [] : [Prisma.sql`job.coordinator_id = ${coordinatorId}::uuid`]),
    ...(createdAfter === null ? [] : [Prisma.sql`job.created_at >= ${createdAfter}::timestamptz`]),
    ...(createdBefore === null ? [] : [Prisma.sql`job.created_at < ${createdBefore}::timestamptz`]),
    ...(updatedBefore === null ? [] : [Prisma.sql`job.updated_at < ${updatedBefore}::timestamptz`]),
    ...(lease === null ? [] : [Prisma.raw(`job.lease_seconds IS ${lease === 'none' ? '' : 'NOT '}NULL`)]),
  ];
}

/** A statement takes its id after it has begun, and at most this much later. */
const ID_LATER_MS = 60_000;
/** `created_at` is rounded to milliseconds. */
const ID_EARLIER_MS = 1_000;

/**
 * The ids between which the times of creation put a job: ids are UUIDv7. They keep an index range short; the exact
 * times are in the sieve.
 *
 * @returns `from` is included, `below` is not; null: no limit
 */
export function idsOf({ createdAfter, createdBefore }: JobFilter): {
  from: string | null;
  below: string | null;
} {
  return {
    from: createdAfter && firstIdOf(createdAfter.getTime() - ID_EARLIER_MS),
    below: createdBefore && firstIdOf(createdBefore.getTime() + ID_LATER_MS),
  };
}

/** An id below all UUIDv7 of this millisecond. */
function firstIdOf(ms: number): string {
  const hex = Math.min(Math.max(0, ms), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** SQL: whether `job` is in an index range, which begins with these equalities and goes on with the id. */
export function rangeOf(
  equalities: readonly Equality[],
  { from, below }: { from: string | null; below: string | null },
): Prisma.Sql {
  const columns = Prisma.join(equalities.map(({ column }) => column));
  const values = Prisma.join(equalities.map(({ value }) => value));
  return Prisma.join(
    [
      from === null
        ? Prisma.sql`(${columns}) >= (${values})`
        : Prisma.sql`(${columns}, job.id) >= (${values}, ${from}::uuid)`,
      below === null
        ? Prisma.sql`(${columns}) <= (${values})`
        : Prisma.sql`(${columns}, job.id) < (${values}, ${below}::uuid)`,
    ],
    ' AND ',
  );
}

export function earlierId(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}

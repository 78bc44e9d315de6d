import type { Caller } from '../common/access/caller.js';
import { onBehalfOf } from '../database/audited-statement.js';
import { Prisma } from '../generated/prisma/client.js';
import { JOB_STATUSES, type JobStatus } from './job.js';
import {
  type Equality,
  equal,
  idsOf,
  indexedFilters,
  type JobFilter,
  rangeOf,
  sieveOf,
  statusesOf,
} from './job-filter.statement.js';
import { inWorkspaceScope, workspacesInScope } from './workspace-scope.statement.js';

/** The count of a status stops here. */
export const MAX_COUNTED = 10_000;
/** Maximum number of jobs of a status, or of a repository, that are read in search of matches. */
const MAX_SCANNED = 20_000;

/**
 * Counts the jobs that match. Returns one row for each status with a job, and at least one row: `refusal`, `allowed`,
 * `as_of`, `status`, `jobs`, `without_lease`, `last_lease_expires_at`, and `capped` (whether there may be more).
 *
 * Each status is a range of one index, as in `job-list.statement.ts`; with a repository there is one range, that of the
 * repository. Without further filters nothing but the index is read.
 *
 * Query plan for each workspace and status: `Limit: Index Only Scan using jobs_status_workspace_id_idx`
 */
export function countStatement(caller: Caller, filter: JobFilter): Prisma.Sql {
  const { workspaceId, repository } = filter;
  const wanted = statusesOf(filter) ?? JOB_STATUSES;
  const ranges =
    repository === null
      ? JOB_STATUSES.filter((it) => wanted.includes(it)).map((it) => ofStatus(filter, it))
      : [ofRepository(filter, wanted)];
  const none = Prisma.sql`SELECT NULL::public.job_status, NULL::int, NULL::timestamptz, false, 0 WHERE false`;
  return Prisma.sql`
    WITH ${onBehalfOf(caller)},
    scope AS MATERIALIZED (
      SELECT workspace.id FROM caller, (${workspacesInScope(caller)}) AS workspace
      WHERE caller.refusal IS NULL
        ${workspaceId === null ? Prisma.empty : Prisma.sql`AND workspace.id = ${workspaceId}::uuid`}
    ),
    scanned (status, lease_seconds, lease_expires_at, fits, most) AS (
      ${ranges.length === 0 ? none : Prisma.join(ranges, ' UNION ALL ')}
    ),
    counted AS MATERIALIZED (
      SELECT status, least(count(*) FILTER (WHERE fits), ${MAX_COUNTED}::int)::int AS jobs,
        least(count(*) FILTER (WHERE fits AND status = 'RUNNING' AND lease_seconds IS NULL), ${MAX_COUNTED}::int)::int
          AS without_lease,
        max(lease_expires_at) FILTER (WHERE fits) AS last_lease_expires_at,
        count(*) > min(most) OR count(*) FILTER (WHERE fits) > ${MAX_COUNTED}::int AS capped
      FROM scanned GROUP BY status
    )
    SELECT caller.refusal, counted.*, pg_catalog.statement_timestamp() AS as_of,
      ${workspaceId === null ? Prisma.sql`true` : inWorkspaceScope(caller, Prisma.sql`${workspaceId}::uuid`)} AS allowed
    FROM caller LEFT JOIN counted ON true`;
}

function ofStatus(filter: JobFilter, status: JobStatus): Prisma.Sql {
  const sieve = [
    ...indexedFilters(filter).map(({ column, value }) => Prisma.sql`${column} = ${value}`),
    ...sieveOf(filter),
  ];
  const range = [
    equal('status', Prisma.sql`${status}::public.job_status`),
    equal('workspace_id', Prisma.sql`workspace.id`),
  ];
  // The columns of the lease are in no index.
  const lease =
    status === 'RUNNING'
      ? Prisma.sql`job.lease_seconds, job.lease_expires_at`
      : Prisma.sql`NULL::int AS lease_seconds, NULL::timestamptz AS lease_expires_at`;
  return scan(
    Prisma.sql`${status}::public.job_status AS status, ${lease}`,
    range,
    rangeOf(range, idsOf(filter)),
    sieve,
  );
}

function ofRepository(filter: JobFilter, statuses: readonly JobStatus[]): Prisma.Sql {
  const [repository, ...others] = indexedFilters(filter);
  if (repository === undefined) throw new Error('the filter has no repository');
  const sieve = [
    Prisma.sql`job.status = ANY (${[...statuses]}::public.job_status[])`,
    ...others.map(({ column, value }) => Prisma.sql`${column} = ${value}`),
    ...sieveOf(filter),
  ];
  const range = [repository, equal('workspace_id', Prisma.sql`workspace.id`)];
  return scan(
    Prisma.sql`job.status, job.lease_seconds, job.lease_expires_at`,
    range,
    Prisma.sql`${rangeOf(range, idsOf(filter))} AND job.repository IS NOT NULL`,
    sieve,
  );
}

/** In the order of the index, without which Postgres may read the whole table. */
function scan(
  columns: Prisma.Sql,
  range: readonly Equality[],
  within: Prisma.Sql,
  sieve: Prisma.Sql[],
): Prisma.Sql {
  const order = Prisma.join([...range.map(({ column }) => column), Prisma.sql`job.id`]);
  const most = sieve.length === 0 ? MAX_COUNTED : MAX_SCANNED;
  const fits = sieve.length === 0 ? Prisma.sql`true` : Prisma.sql`(${Prisma.join(sieve, ' AND ')}) IS TRUE`;
  return Prisma.sql`(
    SELECT job.*, ${most}::int AS most
    FROM scope AS workspace CROSS JOIN LATERAL (
      SELECT ${columns}, ${fits} AS fits FROM public.jobs AS job
      WHERE ${within}
      ORDER BY ${order}
      LIMIT ${most + 1}::int
    ) AS job
    LIMIT ${most + 1}::int)`;
}

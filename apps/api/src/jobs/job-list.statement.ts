import type { Caller } from '../common/access/caller.js';
import { onBehalfOf } from '../database/audited-statement.js';
import { rowsWithin } from '../database/page-bytes.js';
import { Prisma } from '../generated/prisma/client.js';
import type { JobStatus } from './job.js';
import {
  earlierId,
  equal,
  idsOf,
  indexedFilters,
  type JobFilter,
  rangeOf,
  sieveOf,
  statusesOf,
} from './job-filter.statement.js';
import { inWorkspaceScope, workspacesInScope } from './workspace-scope.statement.js';

export interface JobPage {
  limit: number;
  /** last id of the previous page; null for the first page */
  belowId: string | null;
}

/** Maximum number of jobs that one page reads in search of matches, over all workspaces together. */
const MAX_SCANNED = 10_000;
/** Maximum number of workspaces that one search reads. They share {@link MAX_SCANNED}. */
const MAX_SEARCHED = 100;

const NIL_ID = '00000000-0000-0000-0000-000000000000';

/**
 * One page of jobs, newest first. Always returns at least one row, with `refusal`, `allowed` (the requested workspace
 * is in the workspace scope), `next_below_id` (where the next page begins; null at the end of the list) and the job.
 *
 * Each workspace contributes its newest matching jobs. They are read from the end of an index range, without a sort.
 * The page is the newest of all these jobs. The workspace and one filter define the range. Further filters are applied
 * to the rows that are read, and their number is limited. If the search stops at this limit, the last job read is the
 * `horizon`. Everything newer has been seen, so this page ends and the next one begins there.
 *
 * The statement reads few workspaces, however many there are. First it reads the newest job in the range of each
 * workspace; then it reads only the workspaces with the newest of these jobs. A page needs at most as many workspaces
 * as it has jobs. In a search, the newest job of the first skipped workspace is a horizon, too.
 *
 * Query plan for each workspace: `Limit: Index Only Scan Backward using jobs_workspace_id_idx or
 * jobs_*_workspace_id_idx`
 */
export function listStatement(caller: Caller, filter: JobFilter, page: JobPage): Prisma.Sql {
  const { workspaceId } = filter;
  const statuses = statusesOf(filter);
  const several = searchesEach(filter, statuses);
  const jobAt = (place: Prisma.Sql) =>
    Prisma.sql`SELECT * FROM public.jobs WHERE id = found.ids[${place}] LIMIT 1`;
  return Prisma.sql`
    WITH RECURSIVE ${onBehalfOf(caller)},
    scope AS MATERIALIZED (
      SELECT workspace.id${several ? Prisma.sql`, wanted.status` : Prisma.empty}
      FROM caller, (${workspacesInScope(caller)}) AS workspace${several ? Prisma.sql`, unnest(${[...(statuses ?? [])]}::public.job_status[]) AS wanted (status)` : Prisma.empty}
      WHERE caller.refusal IS NULL
        ${workspaceId === null ? Prisma.empty : Prisma.sql`AND workspace.id = ${workspaceId}::uuid`}
    ),
    ${scannedFor(filter, page)},
    horizon AS MATERIALIZED (SELECT id FROM scanned WHERE scanned.horizon ORDER BY id DESC LIMIT 1),
    found AS MATERIALIZED (
      SELECT ARRAY(
        SELECT id FROM scanned
        WHERE fits AND id >= coalesce((SELECT id FROM horizon), ${NIL_ID}::uuid)
        ORDER BY id DESC
        LIMIT ${page.limit + 1}::int
      ) AS ids
    ),
    ${rowsWithin(page.limit, (place) => Prisma.sql`SELECT job.* FROM found CROSS JOIN LATERAL (${jobAt(place)}) AS job`)},
    shown AS MATERIALIZED (SELECT max(place) AS jobs FROM page)
    SELECT caller.refusal, job.*,
      ${workspaceId === null ? Prisma.sql`true` : inWorkspaceScope(caller, Prisma.sql`${workspaceId}::uuid`)} AS allowed,
      CASE WHEN shown.jobs < cardinality(found.ids) THEN found.ids[shown.jobs] ELSE (SELECT id FROM horizon) END AS next_below_id
    FROM caller CROSS JOIN found CROSS JOIN shown
      LEFT JOIN LATERAL (
        SELECT job.* FROM page CROSS JOIN LATERAL (${jobAt(Prisma.sql`page.place`)}) AS job WHERE page.place > 0
      ) AS job ON true
    ORDER BY job.id DESC`;
}

/**
 * Whether each of several statuses is searched as a range of its own, as if it were a workspace of its own: the few
 * RUNNING jobs are not to be sought among many COMPLETED ones.
 */
function searchesEach({ repository }: JobFilter, statuses: readonly JobStatus[] | null): boolean {
  return repository === null && statuses !== null && statuses.length !== 1;
}

/**
 * The CTE `scanned`, with rows of `id`, `fits` and `horizon`, and the CTEs that it reads.
 *
 * The conditions are compared as rows. So the first filter and the workspace are a range of the one index that begins
 * with this filter, in the order of that index. With a separate `=` for each, Postgres may read all jobs by id until
 * enough of them match. For a small workspace beside a large one, or a status that no job has, it then reads all jobs.
 */
function scannedFor(filter: JobFilter, { limit, belowId }: JobPage): Prisma.Sql {
  const { repository } = filter;
  const statuses = statusesOf(filter);
  const several = searchesEach(filter, statuses);
  const [status] = statuses ?? [];
  const indexed = indexedFilters(filter);
  // The repository comes first, because it has the fewest jobs.
  const ofStatus = several
    ? [equal('status', Prisma.sql`workspace.status`)]
    : statuses?.length === 1
      ? [equal('status', Prisma.sql`${status}::public.job_status`)]
      : [];
  const [first, ...others] =
    repository === null
      ? [...ofStatus, ...indexed]
      : [...indexed.slice(0, 1), ...ofStatus, ...indexed.slice(1)];
  const range = [
    ...(first === undefined ? [] : [first]),
    { column: Prisma.sql`job.workspace_id`, value: Prisma.sql`workspace.id` },
  ];
  const columns = Prisma.join(range.map(({ column }) => column));
  const { from, below } = idsOf(filter);
  const within = Prisma.join(
    [
      rangeOf(range, { from, below: earlierId(below, belowId) }),
      // The index on the repository is partial, with this condition.
      ...(repository === null ? [] : [Prisma.sql`job.repository IS NOT NULL`]),
    ],
    ' AND ',
  );
  const order = Prisma.sql`${Prisma.join(range.map(({ column }) => Prisma.sql`${column} DESC`))}, job.id DESC`;
  const sieve = [
    ...others.map(({ column, value }) => Prisma.sql`${column} = ${value}`),
    ...(statuses === null || several || statuses.length === 1
      ? []
      : [Prisma.sql`job.status = ANY (${[...statuses]}::public.job_status[])`]),
    ...sieveOf(filter),
  ];
  /** `workspaces`: how many workspaces to search, those with the newest jobs in the range; each row has that job */
  const searched = (workspaces: number) => Prisma.sql`
    searched AS MATERIALIZED (
      SELECT workspace.id, ${several ? Prisma.sql`workspace.status, ` : Prisma.empty}newest.id AS newest, row_number() OVER (ORDER BY newest.id DESC) AS rank
      FROM scope AS workspace CROSS JOIN LATERAL (
        SELECT job.id FROM public.jobs AS job WHERE ${within} ORDER BY ${order} LIMIT 1
      ) AS newest
      ORDER BY newest.id DESC
      LIMIT ${workspaces}::int
    )`;
  if (sieve.length === 0) {
    return Prisma.sql`
      ${searched(limit + 1)},
      scanned AS MATERIALIZED (
        SELECT newest.id, true AS fits, false AS horizon
        FROM searched AS workspace CROSS JOIN LATERAL (
          SELECT job.id FROM public.jobs AS job
          WHERE ${within}
          ORDER BY ${order}
          LIMIT ${limit + 1}::int
        ) AS newest
      )`;
  }
  const fits = Prisma.sql`(${Prisma.join(sieve, ' AND ')}) IS TRUE AS fits`;
  // The window numbers the rows in index order, and only as many as the outer LIMIT needs.
  return Prisma.sql`
    ${searched(MAX_SEARCHED + 1)},
    share AS MATERIALIZED (
      SELECT ${MAX_SCANNED}::int / least(greatest(count(*), 1), ${MAX_SEARCHED}::int) AS most FROM searched
    ),
    scanned AS MATERIALIZED (
      SELECT newest.*
      FROM searched AS workspace CROSS JOIN LATERAL (
        SELECT job.id, job.fits, job.number = (SELECT most FROM share) AS horizon
        FROM (
          SELECT job.*, row_number() OVER (ORDER BY ${order}) AS number
          FROM (
            SELECT ${columns}, job.id, ${fits} FROM public.jobs AS job
            WHERE ${within}
            ORDER BY ${order}
            LIMIT (SELECT most FROM share)
          ) AS job
        ) AS job
        WHERE job.fits OR job.number = (SELECT most FROM share)
        ORDER BY ${order}
        LIMIT ${limit + 1}::int
      ) AS newest
      WHERE workspace.rank <= ${MAX_SEARCHED}::int
      UNION ALL
      SELECT job.id, ${fits}, true
      FROM searched AS workspace JOIN public.jobs AS job ON job.id = workspace.newest
      WHERE workspace.rank > ${MAX_SEARCHED}::int
    )`;
}

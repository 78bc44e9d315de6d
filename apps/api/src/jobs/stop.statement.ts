import type { Caller } from '../common/access/caller.js';
import { onBehalfOf } from '../database/audited-statement.js';
import { Prisma } from '../generated/prisma/client.js';
import {
  equal,
  idsOf,
  indexedFilters,
  type JobFilter,
  rangeOf,
  sieveOf,
  statusesOf,
} from './job-filter.statement.js';
import { CLOCK_TIME, cancel, type Rules, retry, type Transition } from './job-transitions.statement.js';
import { inWorkspaceScope } from './workspace-scope.statement.js';

/** The states of a job that has not ended. */
export const ACTIVE_STATUSES = ['PENDING', 'RUNNING'] as const;
export type ActiveStatus = (typeof ACTIVE_STATUSES)[number];

const NO_ATTEMPT = { attempt: null };
const STOP: Rules = { ...cancel(NO_ATTEMPT).rules, stale: Prisma.sql`false` };

/** Cancels for an operator, who names no attempt: it ends whichever attempt runs, of any coordinator. */
export const cancelForOperator: Transition = { rules: STOP, report: NO_ATTEMPT };

/** Retries for an operator. A job that waits because of a retry is a repeat. */
export const retryForOperator: Transition = {
  rules: { ...retry(NO_ATTEMPT).rules, repeated: Prisma.sql`job.status = 'PENDING' AND job.retried` },
  report: NO_ATTEMPT,
};

export interface ActiveJobFilter extends JobFilter {
  workspaceId: string;
  statuses: readonly ActiveStatus[] | null;
}

/**
 * Cancels up to `size` jobs of the workspace, lowest ids first, each with its own record. Returns one row: `refusal`,
 * `allowed` (the workspace is in the workspace scope), `stopped` (how many it cancelled), and `more` (whether further
 * jobs matched).
 *
 * Status and workspace are compared as rows, so that they are a range of one index; see `job-list.statement.ts`. If the
 * workspace is not allowed, it reads no job: a comparison with null would read all jobs of the status. The jobs are
 * locked in the order of their ids, so that two statements that lock several jobs do not deadlock. A job that another
 * transaction changed meanwhile is judged again once it is locked.
 *
 * Query plan for each status: `Limit: Index Scan using jobs_status_workspace_id_idx`
 */
export function stopPartStatement(caller: Caller, filter: ActiveJobFilter, size: number): Prisma.Sql {
  const statuses = ACTIVE_STATUSES.filter((it) => statusesOf(filter)?.includes(it) ?? true);
  const conditions = [
    ...indexedFilters(filter).map(({ column, value }) => Prisma.sql`${column} = ${value}`),
    ...sieveOf(filter),
  ];
  const fits = conditions.length === 0 ? Prisma.empty : Prisma.sql`AND ${Prisma.join(conditions, ' AND ')}`;
  const matching = statuses.map((status) => {
    const place = [
      equal('status', Prisma.sql`${Prisma.raw(`'${status}'`)}::public.job_status`),
      equal('workspace_id', Prisma.sql`(SELECT id FROM place)`),
    ];
    return Prisma.sql`(
      SELECT job.id FROM public.jobs AS job
      WHERE (SELECT id FROM place) IS NOT NULL
        AND ${rangeOf(place, idsOf(filter))} ${fits}
      ORDER BY job.status, job.workspace_id, job.id
      LIMIT ${size + 1}::int)`;
  });
  // Only a RUNNING job has a lease: a filter may match no job at all.
  const none = Prisma.sql`SELECT NULL::uuid AS id WHERE false`;
  return Prisma.sql`
    WITH ${onBehalfOf(caller)},
    place AS MATERIALIZED (
      SELECT workspace.id FROM public.workspaces AS workspace, caller, ctx
      WHERE ctx.ready AND workspace.id = ${filter.workspaceId}::uuid AND ${inWorkspaceScope(caller, Prisma.sql`workspace.id`)}
    ),
    matching AS MATERIALIZED (${matching.length === 0 ? none : Prisma.join(matching, ' UNION ALL ')}),
    locked AS MATERIALIZED (
      SELECT job.id FROM public.jobs AS job
      WHERE job.id = ANY (ARRAY(SELECT id FROM matching ORDER BY id LIMIT ${size}::int))
        AND job.status = ANY (${statuses}::public.job_status[]) ${fits}
      ORDER BY job.id
      FOR UPDATE OF job
    ),
    stopped AS (
      UPDATE public.jobs AS job SET rev = job.rev + 1, updated_at = ${CLOCK_TIME}, ${STOP.set}
      FROM locked, ctx WHERE ctx.ready AND job.id = locked.id
      RETURNING job.id
    )
    SELECT caller.refusal, place.id IS NOT NULL AS allowed, (SELECT count(*)::int FROM stopped) AS stopped,
      (SELECT count(*) FROM matching) > ${size}::int AS more
    FROM caller LEFT JOIN place ON true`;
}
